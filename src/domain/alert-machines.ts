import type { Alert } from './alert.ts';
import type { Evidence } from './evidence.ts';

/** Properties under which the APIs send Defender for Endpoint's id of a machine, at any depth. */
const machineProperties: ReadonlySet<string> = new Set(['mdeDeviceId', 'mdatpDeviceId']);

/**
 * The machines that a piece of evidence names: its own, and those inside it (the host of a log-on session, the files and
 * processes of a malware). Kinds that are not known yet are searched as well, in what Microsoft sent.
 */
export const machineIdsOfEvidence = (evidence: Evidence): ReadonlySet<string> => {
  const ids = new Set<string>();
  const add = (id: unknown) => {
    if (typeof id === 'string' && id !== '') ids.add(id);
  };
  if ('machineId' in evidence) add(evidence.machineId);
  // The flat records of MDE and M365D have `deviceId` in any kind; in Graph's it may be the id of something else.
  if (isRecord(evidence.raw) && 'entityType' in evidence.raw) add(evidence.raw.deviceId);
  const found: unknown[] = [evidence.raw];
  // The list grows while it is gone through: no recursion, however deep Microsoft nests.
  for (const value of found) {
    if (Array.isArray(value)) for (const item of value) found.push(item);
    else if (isRecord(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (machineProperties.has(name)) add(inner);
        else if (typeof inner === 'object') found.push(inner);
      }
    }
  }
  return ids;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The machines that an alert names: its own, and those of its evidence as far as that was read; each once. What a caller sees,
 * an incident's machines and the filter by machine all go by it.
 */
export const machineIdsOf = ({ machineId, evidence }: Pick<Alert, 'machineId' | 'evidence'>): readonly string[] => {
  const ids = new Set(machineId === null ? [] : [machineId]);
  for (const item of evidence ?? []) for (const id of machineIdsOfEvidence(item)) ids.add(id);
  return [...ids];
};
