import type { Tenant } from '../config/tenants.ts';
import { InputError, UpstreamError } from '../errors.ts';
import { mde } from '../microsoft/mde/index.ts';
import { mapFound } from '../routing/each-id.ts';
import { readWhole } from '../routing/every-row.ts';
import { as, asNumber, asText, asTime, type EntityOf, readFields } from '../unification/fields.ts';
import { objects, text } from '../unification/values.ts';
import { page } from '../upstream/call.ts';
import type { Edge } from './edge.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';

/** Get-scan-history-by-session.md */
const readTarget = readFields({
  ip: asText('Ip'),
  hostname: asText('Hostname'),
  scannedDeviceDescription: asText('ScannedDeviceDescription'),
  errorMessage: asText('ErrorMessage'),
  scanStatus: asText('ScanStatus'),
  scanDuration: asText('ScanDuration'),
} as const);

/** The example prints one target without the brackets of a list. */
const targets = (value: unknown) => objects(Array.isArray(value) ? value : [value]).map(readTarget);

/** Get-scan-history-by-session.md; one id stands under each plural. */
export const scanSessionFields = {
  sessionId: asText('SessionIds'),
  scanDefinitionId: asText('ScanDefinitionIds'),
  orgId: asText('orgId'),
  scanStatus: asText('ScanStatus'),
  lastScanned: asTime('LastScanned'),
  numberOfTargets: asNumber('NumberOfTargets'),
  numberOfSuccessfullyScannedTargets: asNumber('NumberOfSuccessfullyScannedTargets'),
  scannedTargets: as(targets, 'ListScannedTargets'),
} as const;

/** One session of a scanner, with what it reached. */
export type ScanSession = EntityOf<typeof scanSessionFields>;

const sessions = identified('a session of a scan', 'sessions of scans', 'SessionIds');
const read = readFields(scanSessionFields);

/** Sessions of one question: no page says how many a body may name. */
const maxSessions = 100;

/** Throws `BAD_USER_INPUT` for ids that no session has, and for too many. */
export const checkSessionIds = (ids: readonly string[]): readonly string[] => {
  const field = 'sessionIds';
  if (ids.length === 0 || ids.length > maxSessions)
    throw new InputError(`${field}: 1 to ${maxSessions} are asked for at once`, { field });
  const wrong = ids.find((id) => !/^[\w-]{1,64}$/.test(id));
  if (wrong === undefined) return ids;
  throw new InputError(`"${wrong.slice(0, 80)}" is not an id of this kind: letters, digits, "_" and "-"`, { field });
};

const otherSessions = ({ name }: Tenant): UpstreamError =>
  new UpstreamError('UPSTREAM_REJECTED', 'Defender for Endpoint answers with other sessions than were asked for', {
    tenant: name,
    api: 'mde',
  });

/** Sessions by their own ids, which stand in one body; what does not exist has no row. Calls: 1 for all of them. */
export const scanSession: Edge<ScanSession, 'one'> = {
  answers: 'one',
  permission: 'vulnerability:read',
  read:
    ({ routing, send }) =>
    (tenant, ids, scope) =>
      routing.run(tenant, 'scans.read', scope, {
        mde: async () => {
          const operation = { ...page(mde.getScanHistoryBySession, {}, sessions), body: { SessionIds: ids } };
          const wires = await readWhole(send, tenant, operation, ({ SessionIds }) => String(SessionIds), scope);
          const byId = Map.groupBy(wires, ({ SessionIds }) => text(SessionIds)?.toLowerCase());
          const wanted = new Set<string | undefined>(ids.map((id) => id.toLowerCase()));
          // Where others came, nothing is said of those that did not.
          const missing = [...byId.keys()].every((id) => wanted.has(id)) ? [] : otherSessions(tenant);
          const found = new Map<string, readonly IdentifiedWire[] | Error>(
            ids.map((id) => [id, byId.get(id.toLowerCase()) ?? missing]),
          );
          return mapFound(found, (own) => ({
            rows: own.map(read),
            truncation: null,
          }));
        },
      }),
};
