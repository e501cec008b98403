import { incidents } from '../../microsoft/m365d/incidents.ts';
import { asked } from '../asked.ts';
import { change, type ListOptions, type OneKind, one, page } from '../call.ts';
import { isM365dIncident, type M365dIncident } from './wire.ts';

const incident: OneKind<M365dIncident> = {
  one: 'an incident',
  many: 'incidents',
  is: isM365dIncident,
  isAsked: asked.byId('incidentId'),
};

/** The largest `$top`; more is answered 400. */
export const maxIncidentPage = incidents.listIncidents.maxTop ?? 100;

/** Which incidents: a filter, and a page of 100 at most. */
export type IncidentListOptions = Pick<ListOptions, 'filter' | 'top' | 'skip' | 'orderBy'>;

/** What can be changed on an incident, in M365D's words. Classification and determination go together. api-update-incidents.md */
export interface M365dIncidentUpdate {
  readonly status?: string;
  readonly assignedTo?: string | null;
  readonly classification?: string;
  readonly determination?: string;
  readonly tags?: readonly string[];
  readonly comment?: string;
}

/** Incidents with their alerts, devices and entities inside, newest first. */
export const listIncidents = (options: IncidentListOptions = {}) =>
  page(incidents.listIncidents, {}, incident, options);

/** One incident with all inside; `null` when unknown. */
export const getIncident = (incidentId: string) => one(incidents.getIncident, { id: incidentId }, incident);

/** Changes an incident; `null` when it is done but the answer is empty. */
export const updateIncident = (incidentId: string, body: M365dIncidentUpdate) =>
  change(incidents.updateIncident, { id: incidentId }, incident, body);
