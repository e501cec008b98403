import { describe, expect, onTestFinished, test } from 'vitest';
import { callerTokenOf } from '../../../src/access/caller.ts';
import { createJournal, type JournalSubject } from '../../../src/actions/once/journal.ts';
import { createExclusive } from '../../../src/actions/once/lease.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import { createLateEnds } from '../../../src/actions/recovery/late-ends.ts';
import { createOutcomeFinders } from '../../../src/actions/recovery/outcomes.ts';
import { createReconcile } from '../../../src/actions/recovery/reconcile.ts';
import { openMemoryLog } from '../../../src/audit/memory-log.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { openStore } from '../../../src/store/store.ts';
import { entryOf, recordsOf } from '../audit/support.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const machineId = 'a'.repeat(40);
const tag = '[dg:0123456789ab]';
const isolation: JournalSubject = { kind: 'machineAction', machineId, type: 'ISOLATE', mark: tag };
const log = createLog({ level: 'silent' });
const signal = new AbortController().signal;

/** A store in which one process was killed in the middle of an action, and another that looks at `listed`. */
const setUp = async (
  listed: () => readonly MachineAction[],
  auth: Partial<Tenant> = {},
  tenantOf = (name: string, _tenantId?: string): Tenant | undefined =>
    name === 'contoso' ? { ...tenantNamed(name), ...auth } : undefined,
) => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const audit = openMemoryLog(clock);
  const metrics = createMetrics();
  const first = createPresence({ store, clock, log });
  const second = createPresence({ store, clock, log });
  const journal = createJournal({ store, presence: first, clock, log });
  const others = createJournal({ store, presence: second, clock, log });
  await first.start();
  await second.start();
  let calls = 0;
  const tokens: (string | undefined)[] = [];
  const asked: string[] = [];
  const lateEnds = createLateEnds({ store, audit, log });
  const told: string[] = [];
  const reconcile = createReconcile({
    journal: others,
    exclusive: createExclusive({ store, presence: second, clock, log }),
    lateEnds,
    audit,
    store,
    clock,
    log: createLog({ level: 'warn', destination: { write: (line) => void told.push(JSON.parse(line).level) } }),
    metrics,
    tenantNamed: tenantOf,
    finders: createOutcomeFinders({
      reads: {
        machineActions: {
          open: async ({ tenantId }, _filter, _place, { callerToken }) => {
            calls += 1;
            asked.push(tenantId);
            tokens.push(callerToken?.reveal());
            const items = listed();
            return { api: 'mde', order: 'newestFirst', scans: false, page: { items, offsets: [], next: null } };
          },
          byIds: async () => new Map(listed().map((action) => [action.actionId, action])),
        },
        investigations: { open: async () => ({ page: { items: [], next: null } }) },
        machines: { byIds: async () => new Map() },
        incidents: { byIds: async () => new Map() },
        alerts: { byIds: async () => new Map(), open: () => Promise.reject(new Error('not asked')) },
        libraryFiles: { byIds: async () => new Map() },
        indicators: {
          all: async () => ({ rows: [], areAll: true, unseen: null }),
          on: async () => ({ rows: [], areAll: true, unseen: null }),
        },
        scanDefinitions: { open: () => Promise.reject(new Error('not asked')) },
      },
    }),
  });
  const open = async (auditId: string, subject: JournalSubject = isolation, tenantId?: string) => {
    const of = tenantId === undefined ? {} : { tenantId };
    const [entry] = await journal.open([{ audit: entryOf(machineId, { auditId }), subject, ...of }]);
    if (entry === undefined) throw new Error('The journal kept nothing');
    return entry;
  };
  const outcomes = async () =>
    (await recordsOf(audit)).map(({ auditId, outcome, actionId }) => ({ auditId, outcome, actionId }));
  const look = async () => {
    await reconcile.once(signal);
    return (await others.orphans()).length;
  };
  onTestFinished(() => {
    first.stop();
    second.stop();
  });
  return {
    clock,
    audit,
    journal,
    open,
    look,
    outcomes,
    kill: () => first.stop(),
    calls: () => calls,
    metrics,
    lateEnds,
    reconcile,
    tokens,
    asked,
    told,
  };
};

const ours = actionOf('ours', { machineId, requestorComment: `Beaconing ${tag}` });

test('what a living process is at is left alone', async () => {
  const { open, look, clock, calls, outcomes } = await setUp(() => [ours]);
  await open('audit-1');
  await clock.advance(60_000);
  expect(await look()).toBe(0);
  expect(calls()).toBe(0);
  expect(await outcomes()).toEqual([]);
});

test('an action of a killed process that Defender lists is told as done, once, with one call', async () => {
  const { open, look, clock, kill, calls, outcomes } = await setUp(() => [ours]);
  await open('audit-1');
  kill();
  await clock.advance(11_000);
  expect(await look()).toBe(0);
  expect(await look()).toBe(0);
  expect(calls()).toBe(1);
  expect(await outcomes()).toEqual([{ auditId: 'audit-1', outcome: 'DONE', actionId: 'ours' }]);
});

test("another's action on the machine is not taken for it; after two minutes it was not begun", async () => {
  const { open, look, clock, kill, outcomes } = await setUp(() => [actionOf('others', { machineId })]);
  await open('audit-1');
  kill();
  await clock.advance(60_000);
  expect(await look()).toBe(1);
  expect(await outcomes()).toEqual([]);
  await clock.advance(61_000);
  expect(await look()).toBe(0);
  expect(await outcomes()).toEqual([{ auditId: 'audit-1', outcome: 'NOT_BEGUN', actionId: null }]);
});

describe('X1: an action whose tenant is not in force any more', () => {
  const [own, others] = ['11111111-1111-4111-8111-111111111111', '33333333-3333-4333-8333-333333333333'] as const;
  const app = { kind: 'secret', clientId: 'app', clientSecret: async () => 'not a real one' } as const;
  const onBehalf = { kind: 'onBehalfOf', clientId: 'app', app } as const;

  test.each<[string, Tenant | undefined]>([
    ['its file is gone', undefined],
    ['another has its name', { ...tenantNamed('contoso'), tenantId: others }],
    [
      'another has its name, used on behalf of its callers',
      { ...tenantNamed('contoso'), tenantId: others, auth: onBehalf },
    ],
  ])('%s: nobody else is asked, nothing is told, and it is found once the tenant is back', async (_name, now) => {
    let there: Tenant | undefined = now;
    const { open, look, clock, kill, asked, outcomes } = await setUp(
      () => [ours],
      {},
      (_called, tenantId) => (tenantId === undefined || there?.tenantId === tenantId ? there : undefined),
    );
    await open('audit-1', isolation, own);
    kill();
    await clock.advance(3_600_000);
    expect([await look(), asked, await outcomes()]).toEqual([1, [], []]);
    there = tenantNamed('contoso');
    expect([await look(), asked]).toEqual([0, [own]]);
    expect(await outcomes()).toEqual([{ auditId: 'audit-1', outcome: 'DONE', actionId: 'ours' }]);
  });
});

describe('X1: an action that was told as not begun, and that Microsoft did later', () => {
  const repeated = { tenant: 'contoso', callerId: 'apiKey:script', mutation: 'isolateMachines', subject: isolation };
  const done = { outcome: 'DONE', actionId: 'ours', shown: ours } as const;
  const notBegun = { auditId: 'audit-1', outcome: 'NOT_BEGUN', actionId: null };
  const told = async () => {
    const made = await setUp(() => []);
    const since = made.clock.now();
    await made.open('audit-1');
    made.kill();
    await made.clock.advance(121_000);
    expect(await made.look()).toBe(0);
    expect(await made.outcomes()).toEqual([notBegun]);
    return { ...made, since };
  };

  test('is told as done by the repeat that finds it, once, as the same action', async () => {
    const { lateEnds, outcomes, since } = await told();
    await lateEnds.correct(repeated, since, done);
    await lateEnds.correct(repeated, since, done);
    expect(await outcomes()).toEqual([{ auditId: 'audit-1', outcome: 'DONE', actionId: 'ours' }, notBegun]);
  });

  test.each<[string, Partial<typeof repeated>, number]>([
    ['of another caller', { callerId: 'apiKey:another' }, 0],
    ['of another mutation', { mutation: 'releaseMachines' }, 0],
    ['in another tenant', { tenant: 'fabrikam' }, 0],
    ['under a later use of the key', {}, 3_600_000],
  ])('a repeat %s tells nothing of it', async (_, other, later) => {
    const { lateEnds, outcomes, since } = await told();
    await lateEnds.correct({ ...repeated, ...other }, since + later, done);
    expect(await outcomes()).toEqual([notBegun]);
  });

  test('once it is sent anew, what is found is that', async () => {
    const { lateEnds, outcomes, since } = await told();
    await lateEnds.take(repeated, since);
    await lateEnds.correct(repeated, since, done);
    expect(await outcomes()).toEqual([notBegun]);
  });
});

test('what cannot be found out is kept and counted, and found out later', async () => {
  let down = true;
  const { open, look, clock, kill, outcomes, metrics, told } = await setUp(() => {
    if (down) throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'not reached');
    return [ours];
  });
  await open('audit-1');
  kill();
  await clock.advance(60_000);
  expect([await look(), told]).toEqual([1, ['warn']]);
  await clock.advance(3_600_000);
  expect([await look(), await look(), told]).toEqual([1, 1, ['warn', 'error']]);
  expect(await metrics.render()).toContain('gateway_interrupted_actions 1');
  down = false;
  expect(await look()).toBe(0);
  expect(await metrics.render()).toContain('gateway_interrupted_actions 0');
  expect(await outcomes()).toMatchObject([{ outcome: 'DONE' }]);
});

test('an action that was not answered is looked for while its process lives', async () => {
  const { journal, open, look, outcomes } = await setUp(() => [ours]);
  await journal.leave(await open('audit-1'));
  expect(await look()).toBe(0);
  expect(await outcomes()).toMatchObject([{ outcome: 'DONE' }]);
});

test('an action whose outcome is known leaves nothing behind', async () => {
  const { journal, open, look, clock, kill, calls } = await setUp(() => []);
  await journal.close(await open('audit-1'));
  kill();
  await clock.advance(11_000);
  expect(await look()).toBe(0);
  expect(calls()).toBe(0);
});

const cancelled = (changes: Partial<MachineAction>) => actionOf('action-1', { machineId, ...changes });

test.each<[string, MachineAction, object | null]>([
  [
    'by us',
    cancelled({ status: 'CANCELLED', cancellationComment: `No ${tag}` }),
    { outcome: 'DONE', actionId: 'action-1' },
  ],
  ['by another', cancelled({ status: 'CANCELLED', cancellationComment: 'No' }), { outcome: 'NOT_BEGUN' }],
  ['not, for it ended first', cancelled({ status: 'SUCCEEDED' }), { outcome: 'NOT_BEGUN' }],
  ['not yet', cancelled({ status: 'PENDING' }), null],
])('an interrupted cancelling of an action that was cancelled %s', async (_name, action, expected) => {
  const { open, look, clock, kill, outcomes } = await setUp(() => [action]);
  await open('audit-1', { kind: 'cancellation', actionId: 'action-1', mark: tag });
  kill();
  await clock.advance(11_000);
  expect(await look()).toBe(expected === null ? 1 : 0);
  expect(await outcomes()).toMatchObject(expected === null ? [] : [expected]);
  await clock.advance(120_000);
  expect(await look()).toBe(0);
  expect(await outcomes()).toMatchObject([expected ?? { outcome: 'NOT_BEGUN' }]);
});

test('what was done on behalf of a user is found out with the token of that user alone', async () => {
  const app = { kind: 'secret', clientId: 'app', clientSecret: async () => 'not a real one' } as const;
  const auth = { kind: 'onBehalfOf', clientId: 'app', app } as const;
  const { open, look, clock, kill, reconcile, outcomes, tokens } = await setUp(() => [ours], { auth });
  await open('audit-1');
  kill();
  await clock.advance(11_000);
  const ask = (id: string, token: string) => reconcile.ofUser({ id, token: callerTokenOf(token) }, 'contoso', signal);
  expect(await look()).toBe(1);
  await ask('user:t:another', 'of another');
  expect(tokens).toEqual([]);
  await ask('apiKey:script', 'of their own');
  expect(tokens).toEqual(['of their own']);
  expect(await outcomes()).toMatchObject([{ outcome: 'DONE', actionId: 'ours' }]);
});

const isOurs = (subject: JournalSubject): boolean => subject.kind === 'machineAction' && subject.mark === tag;

test('who sends the same anew has the end of the earlier run told first, so that the new action is not taken for it', async () => {
  let listed: readonly MachineAction[] = [];
  const { open, look, clock, kill, reconcile, outcomes } = await setUp(() => listed);
  await open('audit-1');
  await open('of another request', { ...isolation, mark: '[dg:ba9876543210]' });
  kill();
  await clock.advance(121_000);
  await reconcile.clearUp(tenantNamed('contoso'), isOurs, createTestScope(clock).scope);
  expect(await outcomes()).toEqual([{ auditId: 'audit-1', outcome: 'NOT_BEGUN', actionId: null }]);
  listed = [ours];
  expect(await look()).toBe(0);
  expect((await outcomes()).filter(({ auditId }) => auditId === 'audit-1')).toHaveLength(1);
});

test('X1: of two who find out the end at once one tells it', async () => {
  const { open, clock, kill, reconcile, outcomes } = await setUp(() => [ours]);
  await open('audit-1');
  kill();
  await clock.advance(121_000);
  const { scope } = createTestScope(clock);
  const clearUp = () => reconcile.clearUp(tenantNamed('contoso'), isOurs, scope);
  const both = Promise.all([clearUp(), clearUp()]);
  await clock.advance(5000);
  await both;
  expect(await outcomes()).toEqual([{ auditId: 'audit-1', outcome: 'DONE', actionId: 'ours' }]);
});

test('X1: what another sending under the same key did is not told of one that never was sent', async () => {
  const { audit, journal, look, outcomes } = await setUp(() => [ours]);
  const begun = entryOf(machineId, { auditId: 'audit-1', tag });
  const [entry] = await journal.open([{ audit: begun, subject: isolation }]);
  await audit.append([begun]);
  const other = entryOf(machineId, { auditId: 'audit-2', tag });
  await audit.append([other]);
  await audit.append([{ ...other, outcome: 'DONE', actionId: 'ours' }]);
  if (entry !== undefined) await journal.leave(entry);
  expect(await look()).toBe(0);
  expect((await outcomes())[0]).toEqual({ auditId: 'audit-1', outcome: 'NOT_BEGUN', actionId: null });
});

test('X1: nothing is sent anew while the end of the earlier run cannot be told', async () => {
  const { open, clock, kill, reconcile } = await setUp(() => {
    throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'not reached');
  });
  await open('audit-1');
  kill();
  await clock.advance(121_000);
  const { scope } = createTestScope(clock);
  await expect(reconcile.clearUp(tenantNamed('contoso'), isOurs, scope)).rejects.toMatchObject({
    ...{ code: 'UPSTREAM_UNAVAILABLE', details: { sent: 'no' } },
  });
});

test('X1: what another tenant of the same name left does not stand in the way', async () => {
  const { open, clock, kill, reconcile, outcomes } = await setUp(() => [ours]);
  await open('audit-1', isolation, 'another');
  kill();
  await clock.advance(121_000);
  await reconcile.clearUp(tenantNamed('contoso'), isOurs, createTestScope(clock).scope);
  expect(await outcomes()).toEqual([]);
});

test('an end that was told while another process looked is not told by that one', async () => {
  let whileLooking = (): void => {};
  const { journal, open, look, clock, kill, outcomes } = await setUp(() => {
    whileLooking();
    return [ours];
  });
  const entry = await open('audit-1');
  whileLooking = () => void journal.close(entry);
  kill();
  await clock.advance(11_000);
  expect(await look()).toBe(0);
  expect(await outcomes()).toEqual([]);
});

test('X1: an action whose end was told before its process died is not told twice', async () => {
  const { audit, open, look, clock, kill, outcomes } = await setUp(() => [ours]);
  const { audit: begun } = await open('audit-1');
  await audit.append([begun]);
  await audit.append([{ ...begun, outcome: 'DONE', actionId: 'ours' }]);
  kill();
  await clock.advance(11_000);
  expect(await look()).toBe(0);
  expect((await outcomes()).filter(({ outcome }) => outcome === 'DONE')).toHaveLength(1);
});

test('X1: what was told as UNKNOWN is told once it is known', async () => {
  const { audit, journal, open, look, outcomes } = await setUp(() => [ours]);
  const entry = await open('audit-1');
  await audit.append([entry.audit]);
  await audit.append([{ ...entry.audit, outcome: 'UNKNOWN' }]);
  await journal.leave(entry);
  expect(await look()).toBe(0);
  expect((await outcomes()).map(({ outcome }) => outcome)).toEqual(['DONE', 'UNKNOWN', 'INTENDED']);
});
