import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { Loaders } from './loaders.ts';

/** The alerts of an incident that came without them: read with it again, batched with all others of the tick. */
export const readAlertsOf = async (
  incident: Incident,
  loaders: Pick<Loaders, 'incidents'>,
): Promise<readonly Alert[]> => {
  const whole = await loaders.incidents.load({ tenant: incident.tenant, id: incident.incidentId });
  return whole?.alerts ?? [];
};
