import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { Loaders } from './loaders.ts';

/** An incident's alerts: those that came with it, else read with it again (batched with all others of the tick). */
export const alertsOf = async (incident: Incident, loaders: Pick<Loaders, 'incidents'>): Promise<readonly Alert[]> => {
  if (incident.alerts !== null) return incident.alerts;
  const whole = await loaders.incidents.load({ tenant: incident.tenant, id: incident.incidentId });
  return whole?.alerts ?? [];
};
