import { machineIdsOf } from '../domain/alert-machines.ts';
import type { Incident } from '../domain/incident.ts';
import { alertsOfIncident, type IncidentEdges } from './incident-alerts.ts';

/**
 * Ids of an incident's machines: of those alerts through which the caller sees the incident. A caller who is limited to
 * machines gets those alone that they see: the number of the others would tell of machines hidden from them.
 */
export const machineIdsOfIncident = async (incident: Incident, edges: IncidentEdges): Promise<readonly string[]> => {
  const { access, loaders, visibility } = edges;
  const alerts = await alertsOfIncident(incident, 'incident:read', edges);
  const ids = [...new Set(alerts.flatMap(machineIdsOf))];
  if (visibility.machines('machine:read', access.tenant(incident.tenant)) === null) return ids;
  const machines = await Promise.all(ids.map((id) => loaders.machines.load({ tenant: incident.tenant, id })));
  return ids.filter((_, index) => machines[index] !== null);
};
