import { machineIdsOfEvidence } from '../../domain/alert-machines.ts';
import type { Evidence } from './kinds.ts';

/** The first machine among evidence: of a device if there is one, else of whatever else names one. */
export const firstMachineId = (evidence: readonly Evidence[]): string | null => {
  if (evidence.length === 0) return null;
  const devices = evidence.filter(({ kind }) => kind === 'DeviceEvidence');
  for (const item of devices) for (const id of machineIdsOfEvidence(item)) return id;
  for (const item of evidence) for (const id of machineIdsOfEvidence(item)) return id;
  return null;
};
