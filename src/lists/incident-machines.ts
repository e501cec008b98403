import type { Incident } from '../domain/incident.ts';

/** The machines of an incident's alerts, each once, in the order of the alerts. */
export const machineIdsOf = ({ alerts }: Pick<Incident, 'alerts'>): string[] => {
  const ids = new Set<string>();
  for (const alert of alerts ?? []) {
    for (const evidence of alert.evidence ?? []) {
      if (evidence.kind === 'DeviceEvidence' && evidence.machineId !== null) ids.add(evidence.machineId);
    }
    if (alert.machineId !== null) ids.add(alert.machineId);
  }
  return [...ids];
};
