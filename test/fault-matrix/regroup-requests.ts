import type { TenantWorld, WorldAlert, WorldIncident } from '../../src/simulator/world/types.ts';
import { eachOnce } from './estate.ts';
import { type ActionRequest, requestOf, wholeTarget } from './request.ts';

const commentsOf = ({ comments }: WorldIncident | WorldAlert, comment: string): readonly string[] =>
  comments.flatMap(({ text }) => (text === comment ? [text] : []));

/** A comment on an incident. */
export const commented = (tenant: string, incident: WorldIncident): ActionRequest => {
  const comment = `Seen, case ${incident.id}`;
  return requestOf('addComment', 'incidentId', { tenant, incidentIds: [incident.id], comment }, [
    wholeTarget(incident.id, () => commentsOf(incident, comment), { hasActionId: false }),
  ]);
};

/** Merges and moves in a tenant whose incidents nothing else changes. */
export const regroupRequests = (world: TenantWorld) => {
  const tenant = world.name;
  const open = world.incidents.filter(({ status }) => status !== 'redirected');
  const destination = open.at(-1);
  if (destination === undefined) throw new Error('The estate has no incident');
  const toMerge = eachOnce('incident', open.slice(0, -1));
  const alerts = world.alerts.filter(({ incidentId }) => incidentId !== destination.id);
  const toMove = eachOnce('alert', alerts);
  const toMoveThere = eachOnce('alert', alerts.toReversed());
  return {
    mergeIncidents: () => {
      const merged = [toMerge(), toMerge()];
      const incidentIds = merged.map(({ id }) => id);
      const comment = `One attack, ${incidentIds.join(' and ')}`;
      const survivors = () => merged.flatMap(({ redirectIncidentId: id }) => (id === null ? [] : [id]));
      /** The one that is left, for each comment that it has. */
      const found = () => merged.flatMap((one) => commentsOf(one, comment).flatMap(survivors));
      return requestOf(
        'mergeIncidents',
        'actionId: targetIncidentId',
        { tenant, incidentIds, comment },
        incidentIds.map((id) => ({ id, found, begun: () => survivors().length > 0, hasActionId: true })),
      );
    },
    moveAlerts: () => {
      const alert = toMove();
      const comment = `Another matter, ${alert.id}`;
      const found = () =>
        commentsOf(alert, comment).flatMap(() => (alert.incidentId === null ? [] : [alert.incidentId]));
      return requestOf('moveAlerts', 'actionId: targetIncidentId', { tenant, alertIds: [alert.id], comment }, [
        wholeTarget(alert.id, found, { hasActionId: true }),
      ]);
    },
    'moveAlerts to an incident': () => {
      const alert = toMoveThere();
      const found = () => (alert.incidentId === destination.id ? [destination.id] : []);
      const input = { tenant, alertIds: [alert.id], incidentId: destination.id };
      return requestOf('moveAlerts', 'actionId: targetIncidentId', input, [
        wholeTarget(alert.id, found, { hasActionId: true }),
      ]);
    },
  } as const;
};
