import { expect, onTestFinished, test } from 'vitest';
import { createAccess } from '../../../src/access/access.ts';
import type { PerformApproved } from '../../../src/actions/approvals/act.ts';
import { createApprovals } from '../../../src/actions/approvals/approvals.ts';
import { createApprovalMemory } from '../../../src/actions/approvals/memory.ts';
import { createAuditTrail } from '../../../src/actions/audit-trail.ts';
import { createIdempotency } from '../../../src/actions/once/idempotency.ts';
import { createJournal } from '../../../src/actions/once/journal.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import { openMemoryLog } from '../../../src/audit/memory-log.ts';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import { GatewayError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { recordsOf } from '../audit/support.ts';
import { actionOf, callerNamed, createManualClock, createTestScope, tenantNamed } from './support.ts';

const log = createLog({ level: 'silent' });
const machineId = 'a'.repeat(40);
const act = { isolateMachines: { tenant: 'contoso', machineIds: [machineId], comment: 'Beaconing' } };
const [asker, approver, another] = ['asker', 'approver', 'another'].map((name) => callerNamed(name));
if (asker === undefined || approver === undefined || another === undefined) throw new Error('There are three callers');

/** Approvals over a store in memory; `perform` is what isolating comes to when it is not a dry run. */
const setUp = async (perform: () => Promise<void> = async () => {}) => {
  const clock = createManualClock(Date.UTC(2026, 2, 1, 8));
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const audit = openMemoryLog(clock);
  const presence = createPresence({ store, clock, log });
  const journal = createJournal({ store, presence, clock, log });
  const performed: string[] = [];
  const performAct: PerformApproved = async (name, { caller, approved }, { dryRun = false }) => {
    if (name !== 'isolateMachines') throw new Error('Only isolating is tried here');
    if (dryRun) return { results: [{ action: null, outcome: null, error: null }] };
    performed.push(`${caller.id} with the word of ${approved?.by.id}`);
    await perform();
    return { results: [{ action: actionOf('action-1'), outcome: 'DONE', error: null }] };
  };
  const approvals = createApprovals({
    accessOf: createAccess(createTenantDirectory([tenantNamed('contoso')]), 10),
    performAct,
    memory: createApprovalMemory(store, clock),
    idempotency: createIdempotency({ store, presence, clock, log }),
    auditTrail: createAuditTrail({ audit, journal, log }),
    clock,
  });
  const { scope } = createTestScope(clock, 3_600_000 * 24);
  const { approval } = await approvals.request(asker, { act, validMinutes: 10 }, scope);
  const approvalId = approval?.approvalId ?? '';
  const steps = async () =>
    (await recordsOf(audit)).map(({ mutation, outcome }) => `${mutation} ${outcome}`).toReversed();
  return { clock, approvals, approvalId, scope, performed, steps };
};

test('is written to the audit before and after each step, and performed by the word of the second person', async () => {
  const { approvals, approvalId, scope, performed, steps } = await setUp();
  await approvals.approve(approver, { approvalId }, scope);
  expect(performed).toEqual(['apiKey:asker with the word of apiKey:approver']);
  expect(await steps()).toEqual([
    'requestApproval INTENDED',
    'requestApproval DONE',
    'approveAction INTENDED',
    'approveAction DONE',
  ]);
});

test('a word that came too late does nothing', async () => {
  const { clock, approvals, approvalId, scope, performed } = await setUp();
  await clock.advance(600_000);
  expect((await approvals.find(asker, approvalId)).state).toBe('EXPIRED');
  await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'This approval has expired',
  });
  await expect(approvals.reject(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(performed).toEqual([]);
});

test('what broke off after the decision is performed when the same approver asks again, and by nobody else', async () => {
  let isDown = true;
  const { approvals, approvalId, scope, performed } = await setUp(async () => {
    if (isDown) throw new GatewayError('INTERNAL', 'The store of the gateway does not answer');
  });
  await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await approvals.find(asker, approvalId)).toMatchObject({ state: 'APPROVED', results: null });
  isDown = false;
  await expect(approvals.approve(another, { approvalId }, scope)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'This approval was approved by approver',
  });
  const { approval } = await approvals.approve(approver, { approvalId }, scope);
  expect(approval?.results).toMatchObject([{ target: machineId, action: { actionId: 'action-1' }, error: null }]);
  expect(performed).toHaveLength(2);
});

test.each([0, 1441])('%s minutes are no time for a request', async (validMinutes) => {
  const { approvals, scope } = await setUp();
  await expect(approvals.request(asker, { act, validMinutes }, scope)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'validMinutes' },
  });
});
