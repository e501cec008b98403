import type { Evidence } from '../../domain/evidence.ts';

/** The first machine among evidence: of a device if there is one, else of a file, process or registry value. */
export const firstMachineId = (evidence: readonly Evidence[]): string | null => {
  let first: string | null = null;
  for (const item of evidence) {
    if (!('machineId' in item) || item.machineId === null) continue;
    if (item.kind === 'DeviceEvidence') return item.machineId;
    first ??= item.machineId;
  }
  return first;
};
