import { describe, expect, onTestFinished, test } from 'vitest';
import { createIdempotency, type Once } from '../../../src/actions/once/idempotency.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import { createLiveResponseQueue } from '../../../src/actions/queue/queue.ts';
import { createWatcher } from '../../../src/actions/watcher.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { actionOf, callerNamed, createManualClock, createTestScope, tenantNamed } from './support.ts';

const tenant = tenantNamed('contoso');
const log = createLog({ level: 'silent' });

const setUp = () => {
  const clock = createManualClock(Date.now());
  const stopping = new AbortController();
  const { scope, leave } = createTestScope(clock, 600_000);
  const running = actionOf('running', { type: 'LIVE_RESPONSE' });
  const watcher = createWatcher({
    ...{ clock, log, intervalMs: 5000, stopping: stopping.signal },
    reads: { byIds: async () => new Map([[running.actionId, { ...running, status: 'IN_PROGRESS' }]]) },
  });
  return { clock, stopping, scope, leave, running, watcher };
};

describe('X6: a watch', () => {
  test('X6: ends with the state as it was last seen', async () => {
    const { clock, stopping, scope, running, watcher } = setUp();
    const watching = watcher.watch(tenant, [running], clock.now() + 60_000, scope);
    await clock.advance(6000);
    stopping.abort();
    expect((await watching).get('running')?.status).toBe('IN_PROGRESS');
  });

  test('X6: that comes afterwards does not begin', async () => {
    const { clock, stopping, scope, running, watcher } = setUp();
    stopping.abort();
    expect((await watcher.watch(tenant, [running], clock.now() + 60_000, scope)).get('running')?.status).toBe(
      'PENDING',
    );
  });

  test('X6: of a caller who left rejects, stop or not', async () => {
    const { clock, scope, leave, running, watcher } = setUp();
    const watching = expect(watcher.watch(tenant, [running], clock.now() + 60_000, scope)).rejects.toThrow();
    leave();
    await watching;
  });
});

describe('X6: a session that waits in the queue is not begun, and told why it waited', () => {
  const refusedAs = (upstream: 'busy' | 'throttled') =>
    upstream === 'busy'
      ? new UpstreamError('UPSTREAM_REJECTED', 'busy', {
          upstreamStatus: 400,
          upstreamCode: 'ActiveRequestAlreadyExists',
        })
      : new UpstreamError('UPSTREAM_THROTTLED', 'throttled', { retryAfterSeconds: 90 });

  test.each([
    { waits: 'for the session on the machine', refusal: 'busy', listed: true, reason: 'MACHINE_BUSY' },
    { waits: 'for a session that is not listed', refusal: 'busy', listed: false, reason: 'MACHINE_BUSY' },
    { waits: 'for the rate of calls', refusal: 'throttled', listed: false, reason: 'CALL_RATE' },
    { waits: 'for room in the tenant', refusal: 'throttled', listed: true, reason: 'SESSION_LIMIT' },
  ] as const)('X6: $waits', async ({ refusal, listed, reason }) => {
    const { clock, stopping, scope, running, watcher } = setUp();
    const queue = createLiveResponseQueue({
      ...{ watcher, clock, stopping: stopping.signal, limits: { sessions: 1, paceMs: async () => 0 } },
      search: { underWay: async () => (listed ? running : null) },
      machineActions: {
        open: async () => ({
          api: 'mde',
          order: 'newestFirst',
          scans: false,
          page: { items: listed ? [running] : [], offsets: [], next: null },
        }),
      },
    });
    let begun = 0;
    const take = () =>
      queue.take(
        { tenant, machineId: 'a'.repeat(40), type: 'LIVE_RESPONSE' },
        () => {
          begun += 1;
          return Promise.reject(refusedAs(refusal));
        },
        clock.now() + 300_000,
        scope,
      );
    const told = (seen: unknown) => ({
      code: 'CONFLICT',
      message: expect.stringContaining('The gateway is stopping'),
      details: { sent: 'no', retryAfterSeconds: 5 },
      queued: { reason: seen },
    });
    const first = expect(take()).rejects.toMatchObject(told(reason));
    const behind = expect(take()).rejects.toMatchObject(told('MACHINE_BUSY'));
    await clock.advance(500);
    stopping.abort();
    await Promise.all([first, behind]);
    expect(begun).toBe(1);
  });
});

describe('X6: a repeat that waits for its first request', () => {
  const openIdempotency = async () => {
    const { clock, stopping, scope } = setUp();
    const store = await openStore({ url: 'memory:', clock });
    const presence = createPresence({ store, clock, log });
    await presence.start();
    onTestFinished(async () => {
      presence.stop();
      await store.close();
    });
    const idempotency = createIdempotency({ store, presence, clock, log, stopping: stopping.signal });
    const ended = Promise.withResolvers<void>();
    const request: Once<string> = {
      caller: callerNamed('script'),
      mutation: 'isolateMachines',
      key: 'key-1',
      input: ['contoso', ['m1']],
      work: async () => {
        await ended.promise;
        return { result: 'first', progress: 'ENDED' };
      },
    };
    const first = idempotency.once(request, scope);
    await clock.advance(1000);
    const repeat = idempotency.once(request, scope);
    await clock.advance(1000);
    return { clock, stopping, first, repeat, end: ended.resolve };
  };

  test('X6: gets its answer when that ends with the stop', async () => {
    const { clock, stopping, first, repeat, end } = await openIdempotency();
    stopping.abort();
    end();
    expect(await first).toBe('first');
    await clock.advance(1000);
    expect(await repeat).toBe('first');
  });

  test('X6: is told within a second that it goes on', async () => {
    const { clock, stopping, first, repeat, end } = await openIdempotency();
    const told = expect(repeat).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('the gateway is stopping: ask again with the same key'),
      details: { field: 'idempotencyKey', sent: 'no', retryAfterSeconds: 5 },
    });
    stopping.abort();
    await clock.advance(1200);
    await told;
    end();
    await first;
  });
});
