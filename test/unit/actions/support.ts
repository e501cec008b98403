import type { Caller } from '../../../src/access/caller.ts';
import { type Permission, permissions } from '../../../src/access/roles.ts';
import { createAuditTrail } from '../../../src/actions/audit-trail.ts';
import { createJournal } from '../../../src/actions/once/journal.ts';
import { createExclusive } from '../../../src/actions/once/lease.ts';
import { createLooseEnds } from '../../../src/actions/once/loose-ends.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import type { AuditLog } from '../../../src/audit/record.ts';
import type { Clock } from '../../../src/clock.ts';
import { clouds } from '../../../src/clouds/endpoints.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import type { Log } from '../../../src/log.ts';
import { createScope } from '../../../src/scope.ts';
import type { Store } from '../../../src/store/store.ts';
import { createCaller } from '../../support/caller.ts';

/** A clock whose time passes only when a test says so. */
export interface ManualClock extends Clock {
  /** Passes `ms`, waking sleepers in the order of their times and letting each run on before the next. */
  advance(ms: number): Promise<void>;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createManualClock = (startMs = 1_000_000): ManualClock => {
  let nowMs = startMs;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = {
          at: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (ms) => {
      const end = nowMs + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.at);
        next.wake();
        await settle();
      }
      nowMs = end;
    },
  };
};

/** A request's scope that lasts `forMs` by the clock; `leave` is the caller closing the connection. */
export const createTestScope = (clock: Clock, forMs = 60_000) => {
  const controller = new AbortController();
  const scope = createScope({
    requestId: '7d1c4c0e-2f4d-4a56-9a58-3d8e1d0e9b11',
    signal: controller.signal,
    deadline: clock.now() + forMs,
    maxCalls: 100,
  });
  return { scope, leave: () => controller.abort(new Error('The caller left')) };
};

export const callerNamed = (name: string, granted: readonly Permission[] = permissions): Caller =>
  createCaller({
    id: `apiKey:${name}`,
    name,
    kind: 'apiKey',
    roles: ['tester'],
    permissions: new Set(granted),
    tenants: 'all',
  });

/** An isolation that was just begun. */
export const actionOf = (actionId: string, more: Partial<MachineAction> = {}): MachineAction => ({
  tenant: 'contoso',
  actionId,
  type: 'ISOLATE',
  typeName: 'Isolate',
  title: null,
  scope: 'Full',
  status: 'PENDING',
  statusName: 'Pending',
  requestor: 'gateway',
  requestorComment: 'Suspicious traffic',
  requestSource: 'PublicApi',
  externalId: null,
  machineId: 'a'.repeat(40),
  computerDnsName: 'lap-017.contoso.example',
  createdAt: '2026-03-01T08:00:00.0000000Z',
  updatedAt: '2026-03-01T08:00:00.0000000Z',
  cancellationRequestor: null,
  cancellationComment: null,
  cancelledAt: null,
  errorHResult: null,
  troubleshootInfo: null,
  relatedFile: null,
  raw: {},
  commands: [],
  ...more,
});

/** A tenant of the worldwide cloud. */
export const tenantNamed = (name: string): Tenant => ({
  name,
  tenantId: '11111111-1111-4111-8111-111111111111',
  cloud: 'global',
  tags: [],
  authority: 'https://login.microsoftonline.com',
  portal: null,
  apis: clouds.global.apis,
  auth: { kind: 'secret', clientId: 'app', clientSecret: async () => 'not a real one' },
  prefer: {},
});

/** An audit trail with all that it writes to, by one process. */
export const auditTrailOver = (parts: {
  readonly audit: AuditLog;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const presence = createPresence(parts);
  const kept = { ...parts, presence };
  const journal = createJournal(kept);
  const looseEnds = createLooseEnds({ ...kept, journal, exclusive: createExclusive(kept) });
  return { presence, journal, looseEnds, auditTrail: createAuditTrail({ ...parts, journal, looseEnds }) };
};
