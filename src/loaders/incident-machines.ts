import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import { alertsOfIncident, type IncidentEdges } from './incident-alerts.ts';

/** The machines of alerts, each once, in the order of the alerts. */
const machineIdsOf = (alerts: readonly Alert[]): string[] => {
  const ids = new Set<string>();
  for (const alert of alerts) {
    for (const evidence of alert.evidence ?? []) {
      if (evidence.kind === 'DeviceEvidence' && evidence.machineId !== null) ids.add(evidence.machineId);
    }
    if (alert.machineId !== null) ids.add(alert.machineId);
  }
  return [...ids];
};

/**
 * Ids of an incident's machines: of those alerts through which the caller sees the incident. A caller who is limited to
 * machines gets those alone that he sees, since the number of the others is not his to know.
 */
export const machineIdsOfIncident = async (incident: Incident, edges: IncidentEdges): Promise<readonly string[]> => {
  const { access, loaders, sight } = edges;
  const ids = machineIdsOf(await alertsOfIncident(incident, 'incident:read', edges));
  if (sight.machines('machine:read', access.tenant(incident.tenant)) === null) return ids;
  const machines = await Promise.all(ids.map((id) => loaders.machines.load({ tenant: incident.tenant, id })));
  return ids.filter((_, index) => machines[index] !== null);
};
