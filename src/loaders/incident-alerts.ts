import type { Access } from '../access/access.ts';
import type { AlertPermission } from '../access/roles.ts';
import type { Visibility } from '../access/visibility.ts';
import type { Alert } from '../domain/alert.ts';
import { alertsNotBrought, type Incident } from '../domain/incident.ts';
import type { Loaders } from './loaders.ts';

/** What the edges of an incident are followed with. */
export interface IncidentEdges {
  readonly access: Pick<Access, 'tenant'>;
  readonly loaders: Pick<Loaders, 'incidents' | 'machines'>;
  readonly visibility: Visibility;
}

/**
 * The alerts of an incident that came without them: read with it again, batched with all others of the tick. An answer
 * without `alerts` although they were asked for is no word that there are none.
 */
const readAlertsOf = async (incident: Incident, loaders: Pick<Loaders, 'incidents'>): Promise<readonly Alert[]> => {
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
  { access, loaders, visibility }: IncidentEdges,
): readonly Alert[] | Promise<readonly Alert[]> => {
  const judge = visibility.alerts(permission, access.tenant(incident.tenant));
  if (judge === null) return incident.alerts ?? readAlertsOf(incident, loaders);
  const seen = async (): Promise<readonly Alert[]> => {
    const alerts = incident.alerts ?? (await readAlertsOf(incident, loaders));
    const visible = await judge(alerts);
    return alerts.filter((alert) => visible.has(alert));
  };
  return seen();
};
