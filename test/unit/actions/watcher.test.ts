import { describe, expect, test } from 'vitest';
import { createWatcher } from '../../../src/actions/watcher.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import type { MachineActionStatus } from '../../../src/domain/enums.ts';
import { TenantAccessError, UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const contoso = tenantNamed('contoso');

/** A watcher over actions whose states the test decides. */
const setUp = () => {
  const clock = createManualClock();
  const states = new Map<string, MachineActionStatus>();
  const polls: { readonly at: number; readonly tenant: string; readonly ids: readonly string[] }[] = [];
  let failure: Error | null = null;
  const asked: Tenant[] = [];
  const start = clock.now();
  const watcher = createWatcher({
    clock,
    log: createLog({ level: 'silent' }),
    intervalMs: 5000,
    reads: {
      byIds: async (tenant, ids) => {
        polls.push({ at: clock.now() - start, tenant: tenant.name, ids });
        asked.push(tenant);
        if (failure !== null) throw failure;
        return new Map(ids.map((id) => [id, actionOf(id, { status: states.get(id) ?? 'PENDING' })]));
      },
    },
  });
  const watch = (ids: readonly string[], seconds: number, tenant = contoso) => {
    const { scope, leave } = createTestScope(clock, 600_000);
    const actions = ids.map((id) => actionOf(id));
    const done = watcher.watch(tenant, actions, clock.now() + seconds * 1000, scope);
    const state = { settled: false };
    void done.then(
      () => (state.settled = true),
      () => (state.settled = true),
    );
    return { done, leave, state };
  };
  const fail = (error: Error | null) => {
    failure = error;
  };
  return { clock, states, polls, asked, watch, watcher, fail };
};

describe('a watch', () => {
  test('ends when all actions have ended', async () => {
    const { clock, states, watch } = setUp();
    const { done, state } = watch(['a', 'b'], 60);
    states.set('a', 'SUCCEEDED');
    await clock.advance(5000);
    expect(state.settled).toBe(false);
    states.set('b', 'FAILED');
    await clock.advance(15_000);
    expect([...(await done).values()].map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
  });

  test('ends when its time is up, with what is known', async () => {
    const { clock, states, watch } = setUp();
    const { done } = watch(['a'], 7);
    states.set('a', 'IN_PROGRESS');
    await clock.advance(7000);
    expect((await done).get('a')?.status).toBe('IN_PROGRESS');
  });

  test('shares no poll with one of another tenant of the same name, and asks with the credential of who came last', async () => {
    const { clock, asked, watch } = setUp();
    const another = { ...contoso, tenantId: '33333333-3333-4333-8333-333333333333' };
    const renewed = { ...contoso, tags: ['new secret'] };
    const watches = [watch(['a'], 20), watch(['b'], 20, another), watch(['c'], 20, renewed)];
    await clock.advance(6000);
    expect(new Set(asked)).toEqual(new Set([renewed, another]));
    await clock.advance(20_000);
    await Promise.all(watches.map(({ done }) => done));
  });

  test('of actions that have ended makes no call', async () => {
    const { clock, polls, watcher } = setUp();
    const { scope } = createTestScope(clock);
    const ended = actionOf('a', { status: 'SUCCEEDED' });
    expect((await watcher.watch(contoso, [ended], clock.now() + 60_000, scope)).get('a')).toBe(ended);
    expect(polls).toEqual([]);
  });

  test('rejects when the caller leaves', async () => {
    const { clock, watch } = setUp();
    const { done, leave } = watch(['a'], 60);
    const left = expect(done).rejects.toThrow('The caller left');
    await clock.advance(1000);
    leave();
    await left;
  });

  test('outlives polls that fail for a while', async () => {
    const { clock, states, watch, fail } = setUp();
    const { done } = watch(['a'], 300);
    fail(new UpstreamError('UPSTREAM_UNAVAILABLE', 'Defender for Endpoint is unavailable (503)'));
    await clock.advance(20_000);
    fail(null);
    states.set('a', 'SUCCEEDED');
    await clock.advance(20_000);
    expect((await done).get('a')?.status).toBe('SUCCEEDED');
  });

  test('ends at once with what is known when actions may not be read', async () => {
    const { clock, watch, fail } = setUp();
    const { done } = watch(['a'], 300);
    fail(new TenantAccessError('MISSING_PERMISSION', 'Machine.Read.All is needed'));
    await clock.advance(5000);
    expect((await done).get('a')?.status).toBe('PENDING');
  });
});

describe('polls', () => {
  test('of one tenant serve all who watch it, and are one call for all their actions', async () => {
    const { clock, polls, watch } = setUp();
    const watches = [watch(['a'], 8), watch(['b', 'a'], 8), watch(['c'], 8)];
    await clock.advance(8000);
    await Promise.all(watches.map(({ done }) => done));
    expect(polls).toEqual([{ at: 5000, tenant: 'contoso', ids: ['a', 'b', 'c'] }]);
  });

  test('of other tenants are their own', async () => {
    const { clock, polls, watch } = setUp();
    const watches = [watch(['a'], 6), watch(['b'], 6, tenantNamed('fabrikam'))];
    await clock.advance(6000);
    await Promise.all(watches.map(({ done }) => done));
    expect(polls.map(({ tenant, ids }) => [tenant, ids])).toEqual([
      ['contoso', ['a']],
      ['fabrikam', ['b']],
    ]);
  });

  test('come more seldom while nothing changes, down to a third, and faster again when something does', async () => {
    const { clock, polls, states, watch } = setUp();
    const { done } = watch(['a'], 90);
    await clock.advance(60_000);
    states.set('a', 'IN_PROGRESS');
    await clock.advance(30_000);
    await done;
    expect(polls.map(({ at }) => at)).toEqual([5000, 12_500, 23_750, 38_750, 53_750, 68_750, 73_750, 81_250]);
  });

  test('do not make a new watch wait for the end of a long pause', async () => {
    const { clock, states, watch } = setUp();
    const first = watch(['a'], 120);
    await clock.advance(40_000);
    const second = watch(['b'], 10);
    states.set('b', 'SUCCEEDED');
    await clock.advance(10_000);
    expect((await second.done).get('b')?.status).toBe('SUCCEEDED');
    states.set('a', 'SUCCEEDED');
    await clock.advance(60_000);
    await first.done;
  });

  test('end with the last watch', async () => {
    const { clock, polls, watch } = setUp();
    const { done, leave } = watch(['a'], 300);
    const left = expect(done).rejects.toThrow();
    await clock.advance(6000);
    leave();
    await left;
    await clock.advance(120_000);
    expect(polls).toHaveLength(1);
  });
});
