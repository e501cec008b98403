import { describe, expect, test } from 'vitest';
import { createLiveResponseQueue } from '../../../src/actions/queue/queue.ts';
import { createWatcher } from '../../../src/actions/watcher.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import { TenantAccessError, UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const session = (actionId: string, changes: Partial<MachineAction> = {}): MachineAction =>
  actionOf(actionId, { type: 'LIVE_RESPONSE', ...changes });

const busy = () =>
  Promise.reject(
    new UpstreamError('UPSTREAM_REJECTED', 'rejects it', {
      upstreamStatus: 400,
      upstreamCode: 'ActiveRequestAlreadyExists',
    }),
  );
const throttled = () =>
  Promise.reject(new UpstreamError('UPSTREAM_THROTTLED', 'throttles it', { retryAfterSeconds: 90 }));

/** `listed`: the sessions that Defender shows, which a test may end. */
/** `paces`: what the quota of calls tells, one answer after another, then that it has room. */
const setUp = (listed: MachineAction[] = [], sessions = 2, paces: number[] = []) => {
  const clock = createManualClock();
  const limits = { sessions, paceMs: async () => paces.shift() ?? 0 };
  const watcher = createWatcher({
    clock,
    log: createLog({ level: 'silent' }),
    intervalMs: 5000,
    reads: { byIds: async () => new Map(listed.map((action) => [action.actionId, action])) },
  });
  const queue = createLiveResponseQueue({
    clock,
    watcher,
    limits,
    search: { underWay: async () => listed.find(({ status }) => status === 'PENDING') ?? null },
    machineActions: {
      open: async () => ({
        api: 'mde',
        order: 'newestFirst',
        scans: false,
        page: { items: listed, offsets: [], next: null },
      }),
    },
  });
  const tenant = tenantNamed('contoso');
  const { scope, leave } = createTestScope(clock, 600_000);
  const take = (begin: () => Promise<MachineAction | null>, seconds = 300, machineId = 'a'.repeat(40)) =>
    queue.take({ tenant, machineId, type: 'LIVE_RESPONSE' }, begin, clock.now() + seconds * 1000, scope);
  return { clock, take, leave };
};

/** Answers one after another; the last for ever. */
const inOrder = (...answers: readonly (() => Promise<MachineAction | null>)[]) => {
  let calls = 0;
  return {
    calls: () => calls,
    begin: () => {
      const answer = answers[Math.min(calls, answers.length - 1)];
      calls += 1;
      return answer === undefined ? Promise.resolve(null) : answer();
    },
  };
};

test('a session that nothing stands in the way of begins at once', async () => {
  const { take } = setUp();
  const ours = session('ours');
  expect(await take(async () => ours)).toEqual({ action: ours, queued: null });
});

describe('a machine with a session', () => {
  test('is waited for, and the next begins when that one has ended', async () => {
    const listed = [session('others')];
    const { clock, take } = setUp(listed);
    const { begin, calls } = inOrder(busy, async () => session('ours'));
    const begun = take(begin);
    await clock.advance(20_000);
    expect(calls()).toBe(1);
    listed[0] = session('others', { status: 'SUCCEEDED' });
    await clock.advance(20_000);
    expect(await begun).toMatchObject({
      action: { actionId: 'ours' },
      queued: { reason: 'MACHINE_BUSY', behind: { actionId: 'others' } },
    });
    expect(calls()).toBe(2);
  });

  test('is not waited for beyond the time; nothing was begun', async () => {
    const { clock, take } = setUp([session('others')]);
    const { begin, calls } = inOrder(busy);
    const refused = expect(take(begin, 60)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('others'),
      queued: { reason: 'MACHINE_BUSY', waitedMs: 60_000, behind: { actionId: 'others' } },
    });
    await clock.advance(61_000);
    await refused;
    expect(calls()).toBe(1);
  });

  test('of the portal, which is not listed, is tried again now and then', async () => {
    const { clock, take } = setUp();
    const { begin, calls } = inOrder(busy, busy, async () => session('ours'));
    const begun = take(begin);
    await clock.advance(1500);
    expect(calls()).toBe(2);
    await clock.advance(5000);
    expect(await begun).toMatchObject({ queued: { reason: 'MACHINE_BUSY', behind: null, waitedMs: 6000 } });
  });

  test('lets those who wait begin in the order of their coming, and passes over who gave up', async () => {
    const listed = [session('others')];
    const { clock, take } = setUp(listed, 50);
    const order: string[] = [];
    const noted = (name: string) => async () => {
      order.push(name);
      return session(name);
    };
    const first = take(inOrder(busy, noted('first')).begin);
    const second = expect(take(noted('second'), 10)).rejects.toMatchObject({ queued: { reason: 'MACHINE_BUSY' } });
    const third = take(noted('third'));
    await clock.advance(12_000);
    await second;
    listed[0] = session('others', { status: 'FAILED' });
    await clock.advance(30_000);
    await Promise.all([first, third]);
    expect(order).toEqual(['first', 'third']);
  });
});

test('none is begun before its quota of calls has room, and it tells that it waited for that', async () => {
  const { clock, take } = setUp([], 50, [61_000]);
  const { begin, calls } = inOrder(async () => session('ours'));
  const begun = take(begin);
  await clock.advance(60_999);
  expect(calls()).toBe(0);
  await clock.advance(1);
  expect(await begun).toMatchObject({ queued: { reason: 'CALL_RATE', waitedMs: 61_000 } });
});

test('no more are open in a tenant than Defender allows; the room of one that ended is taken', async () => {
  const listed = [session('one'), session('two')];
  const { clock, take } = setUp(listed, 2);
  const begun: string[] = [];
  const start = (name: string) =>
    take(
      async () => {
        begun.push(name);
        return session(name);
      },
      300,
      name.padEnd(40, '0'),
    );
  const all = Promise.all(['one', 'two', 'three'].map(start));
  await clock.advance(29_000);
  expect(begun).toEqual(['one', 'two']);
  listed.pop();
  await clock.advance(2000);
  expect(begun).toEqual(['one', 'two', 'three']);
  expect((await all).map(({ queued }) => queued?.reason)).toEqual([undefined, undefined, 'SESSION_LIMIT']);
});

test.each<[string, MachineAction[], string]>([
  ['many sessions open', [session('one'), session('two')], 'SESSION_LIMIT'],
  ['others calling', [session('one')], 'CALL_RATE'],
])('a refusal for want of quota, with %s, is waited out as long as Microsoft says', async (_name, listed, reason) => {
  const { clock, take } = setUp(listed);
  const { begin, calls } = inOrder(throttled, async () => session('ours'));
  const begun = take(begin);
  await clock.advance(89_000);
  expect(calls()).toBe(1);
  await clock.advance(2000);
  expect(await begun).toMatchObject({ queued: { reason, waitedMs: 90_000 } });
});

test('any other failure ends it', async () => {
  const { take } = setUp();
  const fault = new TenantAccessError('MISSING_PERMISSION', 'Machine.LiveResponse is needed');
  await expect(take(() => Promise.reject(fault))).rejects.toBe(fault);
});

test('who leaves while waiting begins nothing', async () => {
  const { clock, take, leave } = setUp();
  const { begin, calls } = inOrder(busy, async () => session('ours'));
  const gone = expect(take(begin)).rejects.toMatchObject({ details: { sent: 'no' } });
  await clock.advance(500);
  leave();
  await gone;
  await clock.advance(60_000);
  expect(calls()).toBe(1);
});
