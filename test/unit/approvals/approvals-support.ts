import { onTestFinished } from 'vitest';
import { createAccess } from '../../../src/access/access.ts';
import type { Caller } from '../../../src/access/caller.ts';
import { createRights } from '../../../src/access/rights.ts';
import { createIdempotency } from '../../../src/actions/once/idempotency.ts';
import { createOwnRecords } from '../../../src/actions/own-records.ts';
import { createApprovableActions, type PerformAny } from '../../../src/approvals/action.ts';
import { type Approvals, createApprovals } from '../../../src/approvals/approvals.ts';
import { createApprovalMemory } from '../../../src/approvals/memory.ts';
import { openMemoryLog } from '../../../src/audit/memory-log.ts';
import type { AccessConfig } from '../../../src/config/access.ts';
import type { ApprovalLimits } from '../../../src/config/approvals.ts';
import { approvalsSchema } from '../../../src/config/approvals.ts';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { GatewayError, type ResultError, resultErrorOf } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import type { CallScope } from '../../../src/scope.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import {
  actionOf,
  auditTrailOver,
  callerNamed,
  createManualClock,
  createTestScope,
  type ManualClock,
  tenantNamed,
} from '../actions/support.ts';
import { recordsOf } from '../audit/support.ts';

export const log = createLog({ level: 'silent' });
export const machineId = 'a'.repeat(40);
export const actionIn = (tenant: string, comment = 'Beaconing') => ({
  isolateMachines: { tenant, machineIds: [machineId], comment },
});
export const action = actionIn('contoso');

/** A key with an owner of its own. */
export const ownedKey = (name: string): Caller => ({
  ...callerNamed(name),
  person: { id: null, userNames: [`${name}@contoso.com`] },
});

const permissionsOfTester = callerNamed('any').permissions;

/** Settings with these keys, each of which may do everything. */
export const accessOf = (names: readonly string[]): AccessConfig => ({
  entra: [],
  anonymous: null,
  roles: { tester: { permissions: [...permissionsOfTester], tenants: 'all', machines: null } },
  apiKeys: names.map((name) => ({
    name,
    sha256: '0'.repeat(64),
    roles: ['tester'],
    tenants: 'all',
    expiresAtMs: null,
    requestsPerMinute: null,
    owner: null,
  })),
});

/** What isolating says to a dry run: a second person is needed. */
export const needed = new GatewayError('GUARDRAIL', 'isolate needs the approval of a second person', {
  guardrails: ['two'],
  approval: { validMs: 3_600_000, approverRoles: [] },
});

/** Approvals as each caller asks them. */
export type ApprovalsByCaller = {
  readonly [Method in 'request' | 'approve' | 'reject']: (
    caller: Caller,
    input: Parameters<Approvals[Method]>[1],
    scope: CallScope,
  ) => ReturnType<Approvals[Method]>;
} & {
  readonly page: (caller: Caller, ...asked: DropFirst<Parameters<Approvals['page']>>) => ReturnType<Approvals['page']>;
  readonly find: (caller: Caller, approvalId: string) => ReturnType<Approvals['find']>;
};

type DropFirst<All extends readonly unknown[]> = All extends readonly [unknown, ...infer Rest] ? Rest : never;

export interface Harness {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly approvals: ApprovalsByCaller;
  readonly scope: CallScope;
  /** Who performed it, in order. */
  readonly performed: string[];
  /** `mutation OUTCOME code` of each line of the audit, the oldest first. */
  readonly steps: () => Promise<readonly string[]>;
}

export interface HarnessOptions {
  /** What isolating comes to when it is not a dry run; an error is the target's. */
  readonly perform?: () => Promise<ResultError | null>;
  /** What isolating says to a dry run. */
  readonly dry?: () => GatewayError | null;
  readonly access?: () => AccessConfig;
  readonly limits?: Partial<ApprovalLimits>;
  /** A test may put another one in place of one. */
  readonly tenants?: readonly Tenant[];
  readonly store?: (store: Store) => Store;
  readonly clock?: ManualClock;
}

/** Approvals over a store in memory, with a mutation that counts instead of isolating. */
export const createHarness = async (options: HarnessOptions = {}): Promise<Harness> => {
  const {
    perform = async () => null,
    dry = () => needed,
    tenants = ['contoso', 'fabrikam'].map(tenantNamed),
  } = options;
  const clock = options.clock ?? createManualClock(Date.UTC(2026, 2, 1, 8));
  const opened = await openStore({ url: 'memory:', clock });
  onTestFinished(() => opened.close());
  const store = options.store?.(opened) ?? opened;
  const audit = openMemoryLog(clock);
  const { presence, auditTrail } = auditTrailOver({ audit, store, clock, log });
  const performed: string[] = [];
  const performAction: PerformAny = async (name, { caller, approved }, { dryRun = false }) => {
    if (name !== 'isolateMachines') throw new Error('Only isolating is tried here');
    if (dryRun) {
      const refusal = approved === null ? dry() : null;
      const error = refusal === null ? null : resultErrorOf(refusal);
      return { results: [{ action: null, error, outcome: error === null ? null : 'REFUSED' }] };
    }
    performed.push(`${caller.id} with the consent of ${approved?.by.id}`);
    const error = await perform();
    const action = error === null ? actionOf('action-1') : null;
    return { results: [{ action, error, outcome: error === null ? 'DONE' : 'FAILED' }] };
  };
  const limits = { ...approvalsSchema.parse({}), ...options.limits };
  const config = options.access ?? (() => accessOf(['asker', 'approver', 'another']));
  const accessTo = (caller: Caller) =>
    createAccess({ directory: createTenantDirectory(tenants), guardrails: [] }, 100)(caller);
  const asked = createApprovals({
    accessOf: accessTo,
    rights: { today: (earlier) => createRights(config(), clock).today(earlier) },
    actions: createApprovableActions(performAction),
    memory: createApprovalMemory({ store, limits, clock, log }),
    idempotency: createIdempotency({ store, presence, clock, log }),
    records: createOwnRecords(auditTrail),
    limits,
    clock,
    log,
  });
  const approvals: ApprovalsByCaller = {
    request: (caller, input, within) => asked.request({ access: accessTo(caller), scope: within }, input),
    approve: (caller, input, within) => asked.approve({ access: accessTo(caller), scope: within }, input),
    reject: (caller, input, within) => asked.reject({ access: accessTo(caller), scope: within }, input),
    page: (caller, ...rest) => asked.page({ access: accessTo(caller) }, ...rest),
    find: (caller, approvalId) => asked.find({ access: accessTo(caller) }, approvalId),
  };
  const { scope } = createTestScope(clock, 3_600_000 * 24);
  const steps = async () =>
    (await recordsOf(audit))
      .map(({ mutation, outcome, errorCode }) =>
        [mutation, outcome, errorCode].filter((each) => each !== null).join(' '),
      )
      .toReversed();
  return { clock, store, approvals, scope, performed, steps };
};
