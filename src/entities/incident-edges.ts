import type { AlertPermission } from '../access/roles.ts';
import type { Alert } from '../domain/alert.ts';
import { machineIdsOf } from '../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../domain/incident.ts';
import type { Following } from './edge-in-hand.ts';

/**
 * The alerts of an incident that came without them: read with it again, batched with all others of the tick. An answer
 * without `alerts` although they were asked for is no word that there are none.
 */
const readAlertsOf = async (incident: Incident, { loaders }: Following): Promise<readonly Alert[]> => {
  const whole = await loaders.incidents.load({ tenant: incident.tenant, id: incident.incidentId });
  if (whole === null) return [];
  if (whole.alerts !== null) return whole.alerts;
  throw alertsNotBrought(incident);
};

/**
 * The alerts of an incident that the caller sees with the permission. No promise for what is at hand and needs no judging:
 * graphql-js pays for each at every level above.
 */
export const alertsOfIncident = (
  incident: Incident,
  permission: AlertPermission,
  following: Following,
): readonly Alert[] | Promise<readonly Alert[]> => {
  const { access, visibility } = following;
  const judge = visibility.alerts(permission, access.tenant(incident.tenant));
  if (judge === null) return incident.alerts ?? readAlertsOf(incident, following);
  const seen = async (): Promise<readonly Alert[]> => {
    const alerts = incident.alerts ?? (await readAlertsOf(incident, following));
    const visible = await judge(alerts);
    return alerts.filter((alert) => visible.has(alert));
  };
  return seen();
};

/** Ids of an incident's machines: of those alerts through which the caller sees the incident. */
export const machineIdsOfIncident = async (incident: Incident, following: Following): Promise<readonly string[]> => {
  const alerts = await alertsOfIncident(incident, 'incident:read', following);
  return [...new Set(alerts.flatMap(machineIdsOf))];
};

/** Merges may chain; more hops than this, or a circle, is Microsoft's mistake and ends where it stands. */
const maxHops = 5;

/** The incident that a merged one went into, over every hop; none for one that was not merged. One call a hop. */
export const survivorOf = async (incident: Incident, { loaders }: Following): Promise<readonly Incident[]> => {
  const seen = new Set([incident.incidentId]);
  let survivor: Incident | null = null;
  let next = incident.redirectIncidentId;
  for (let hop = 0; hop < maxHops && next !== null && !seen.has(next); hop += 1) {
    seen.add(next);
    const found: Incident | null = await loaders.incidents.load({ tenant: incident.tenant, id: next });
    if (found === null) break;
    survivor = found;
    next = found.redirectIncidentId;
  }
  return survivor === null ? [] : [survivor];
};
