import type { Alert } from './alert.ts';
import type { Evidence } from './evidence.ts';
import { isRecord, recordsIn } from './records.ts';

/** Properties under which the APIs send Defender for Endpoint's id of a machine, at any depth. */
const machineProperties = ['mdeDeviceId', 'mdatpDeviceId'] as const;

/**
 * The machines that a piece of evidence names: its own, and those inside it (the host of a log-on session, the files and
 * processes of a malware). Kinds that are not known yet are searched as well, in what Microsoft sent. One may come twice, and
 * what was sent is looked through only for who wants more than the first.
 */
export function* machineIdsOfEvidence(evidence: Evidence): Generator<string, void, undefined> {
  if ('machineId' in evidence && isId(evidence.machineId)) yield evidence.machineId;
  // The flat records of MDE and M365D have `deviceId` in any kind; in Graph's it may be the id of something else.
  if (isRecord(evidence.raw) && 'entityType' in evidence.raw && isId(evidence.raw.deviceId))
    yield evidence.raw.deviceId;
  for (const record of recordsIn(evidence.raw)) {
    for (const name of machineProperties) {
      const id = record[name];
      if (isId(id)) yield id;
    }
  }
}

const isId = (id: unknown): id is string => typeof id === 'string' && id !== '';

/**
 * The machines that an alert names: its own, and those of its evidence as far as that was read; each once. What a caller sees,
 * an incident's machines and the filter by machine all go by it.
 */
export const machineIdsOf = ({ machineId, evidence }: Pick<Alert, 'machineId' | 'evidence'>): readonly string[] => {
  const ids = new Set(machineId === null ? [] : [machineId]);
  for (const item of evidence ?? []) for (const id of machineIdsOfEvidence(item)) ids.add(id);
  return [...ids];
};

/** Properties that hold a machine's DNS name or host name. */
const nameProperties = ['deviceDnsName', 'hostName'] as const;

/** A DNS name in one spelling: a dot at its end is the root, and makes no other name. RFC 1034, 3.1 */
const nameKey = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Whether a machine with that DNS name goes by `name`: the DNS name, or the host name that it begins with, in any case. */
export const goesByName = (dnsName: string | null, name: string): boolean => {
  const [own, wanted] = [nameKey(dnsName ?? ''), nameKey(name)];
  return own === wanted || (!wanted.includes('.') && own.startsWith(`${wanted}.`));
};

/** Whether an alert names a machine, by Defender's id, DNS name or host name; case does not count. */
export const namesMachine = (alert: Pick<Alert, 'machineId' | 'evidence'>, idOrName: string): boolean => {
  const wanted = idOrName.toLowerCase();
  if (machineIdsOf(alert).some((id) => id.toLowerCase() === wanted)) return true;
  return recordsIn(alert.evidence).some((record) =>
    nameProperties.some((property) => {
      const name = record[property];
      return typeof name === 'string' && goesByName(name, idOrName);
    }),
  );
};
