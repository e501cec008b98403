import type { AlertPermission } from '../access/roles.ts';
import type { Alert } from '../domain/alert.ts';
import { machineIdsOf } from '../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../domain/incident.ts';
import { unreadable } from '../routing/collection-remarks.ts';
import type { EveryRow } from './edge.ts';
import type { Following } from './edge-in-hand.ts';

/**
 * The alerts of an incident that came without them: read with it again, batched with all others of the tick. An answer
 * without `alerts` although they were asked for is no word that there are none, nor is that it is not found, which was listed.
 */
const readAlertsOf = async (incident: Incident, { loaders }: Following): Promise<EveryRow<Alert>> => {
  const whole = await loaders.load('incidents', { tenant: incident.tenant, id: incident.incidentId });
  const alerts = whole === null ? null : alertsIn(whole);
  if (alerts !== null) return alerts;
  throw alertsNotBrought(incident);
};

/** Those that came with it; null: it came without. */
const alertsIn = ({ alerts, unreadableAlerts }: Incident): EveryRow<Alert> | null =>
  alerts === null ? null : { rows: alerts, truncation: unreadableAlerts === 0 ? null : unreadable(unreadableAlerts) };

/**
 * The alerts of an incident that the caller sees with the permission. No promise for what is at hand and needs no judging:
 * graphql-js pays for each at every level above.
 */
export const alertsOfIncident = (
  incident: Incident,
  permission: AlertPermission,
  following: Following,
): EveryRow<Alert> | Promise<EveryRow<Alert>> => {
  const { access, visibility } = following;
  const judge = visibility.alerts(permission, access.tenant(incident.tenant));
  if (judge === null) return alertsIn(incident) ?? readAlertsOf(incident, following);
  const seen = async (): Promise<EveryRow<Alert>> => {
    const { rows, truncation } = alertsIn(incident) ?? (await readAlertsOf(incident, following));
    const visible = await judge(rows);
    // How many others there are is not theirs to know.
    const some = truncation === null ? null : 'Microsoft sent alerts of the incident that cannot be read';
    return { rows: rows.filter((alert) => visible.has(alert)), truncation: some };
  };
  return seen();
};

/** Ids of an incident's machines: of those alerts through which the caller sees the incident. */
export const machineIdsOfIncident = async (incident: Incident, following: Following): Promise<EveryRow<string>> => {
  const { rows, truncation } = await alertsOfIncident(incident, 'incident:read', following);
  return { rows: [...new Set(rows.flatMap(machineIdsOf))], truncation };
};

/** Merges may chain; more hops than this, or a circle, is Microsoft's mistake and ends where it stands. */
const maxHops = 5;

/** The incident that a merged one went into, over every hop; none for one that was not merged. One call a hop. */
export const survivorOf = async (incident: Incident, { loaders }: Following): Promise<EveryRow<Incident>> => {
  const seen = new Set([incident.incidentId]);
  let survivor: Incident | null = null;
  let next = incident.redirectIncidentId;
  for (let hop = 0; hop < maxHops && next !== null && !seen.has(next); hop += 1) {
    seen.add(next);
    const found: Incident | null = await loaders.load('incidents', { tenant: incident.tenant, id: next });
    if (found === null) break;
    survivor = found;
    next = found.redirectIncidentId;
  }
  return { rows: survivor === null ? [] : [survivor], truncation: null };
};
