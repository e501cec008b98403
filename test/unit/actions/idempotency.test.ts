import { describe, expect, onTestFinished, test } from 'vitest';
import { createIdempotency, type Once, type Progress, type Run } from '../../../src/actions/once/idempotency.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { callerNamed, createManualClock, createTestScope } from './support.ts';

const setUp = async () => {
  const clock = createManualClock(Date.now());
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const log = createLog({ level: 'silent' });
  /** Another process, which lives until `kill`. */
  const openProcess = async () => {
    const presence = createPresence({ store, clock, log });
    onTestFinished(presence.stop);
    await presence.start();
    return { idempotency: createIdempotency({ store, presence, clock, log }), kill: presence.stop };
  };
  return { clock, openProcess, ...(await openProcess()) };
};

const request = (more: Partial<Once<string>> & Pick<Once<string>, 'work'>): Once<string> => ({
  caller: callerNamed('script'),
  mutation: 'isolateMachines',
  key: 'key-1',
  input: ['contoso', ['m1']],
  ...more,
});

/** Work that counts its runs. */
const counter = (progress: Progress = 'ENDED') => {
  const runs: boolean[] = [];
  return {
    runs,
    work: async ({ resumedSince }: Pick<Run, 'resumedSince'>) => {
      runs.push(resumedSince !== null);
      return { result: `run ${runs.length}`, progress };
    },
  };
};

test('X1: a run that broke off, of which nobody knows whether it sent, is resumed by the next', async () => {
  const { clock, idempotency } = await setUp();
  const { scope } = createTestScope(clock);
  const broken = request({ work: () => Promise.reject(new TypeError('a fault of ours')) });
  await expect(idempotency.once(broken, scope)).rejects.toThrow('a fault of ours');
  const { runs, work } = counter();
  await idempotency.once(request({ work }), scope);
  expect(runs).toEqual([true]);
});

test('X1: what was done to a target is kept, for this use of the key and no other', async () => {
  const { clock, openProcess, idempotency } = await setUp();
  const end = { outcome: 'DONE', actionId: 'action-1', left: null } as const;
  const seen: unknown[] = [];
  const work = async (run: Run) => {
    seen.push(await run.ended('m1'), await run.ended('m2'));
    await run.keep('m1', end);
    return { result: 'open', progress: 'OPEN' as const };
  };
  const { scope } = createTestScope(clock);
  await idempotency.once(request({ work }), scope);
  const other = await openProcess();
  await other.idempotency.once(request({ work }), scope);
  await idempotency.once(request({ work, key: 'key-2' }), scope);
  expect(seen).toEqual([undefined, undefined, end, undefined, undefined, undefined]);
});

describe('the same key', () => {
  test('with the same input gives the first answer and does nothing more, in another process too', async () => {
    const { clock, openProcess, idempotency } = await setUp();
    const { runs, work } = counter();
    const { scope } = createTestScope(clock);
    expect(await idempotency.once(request({ work }), scope)).toBe('run 1');
    const other = await openProcess();
    expect(await other.idempotency.once(request({ work }), scope)).toBe('run 1');
    expect(runs).toEqual([false]);
  });

  test('with other input is a conflict', async () => {
    const { clock, idempotency } = await setUp();
    const { work } = counter();
    const { scope } = createTestScope(clock);
    await idempotency.once(request({ work }), scope);
    await expect(idempotency.once(request({ work, input: ['contoso', ['m2']] }), scope)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('X1: for another tenant that has the name now is a conflict, whatever the first run came to', async () => {
    const { clock, idempotency } = await setUp();
    const { scope } = createTestScope(clock);
    const [one, other] = ['11111111-1111-4111-8111-111111111111', '33333333-3333-4333-8333-333333333333'];
    for (const progress of ['ENDED', 'OPEN'] as const) {
      const { runs, work } = counter(progress);
      await idempotency.once(request({ work, key: progress, tenantId: one }), scope);
      const again = idempotency.once(request({ work, key: progress, tenantId: other }), scope);
      await expect(again).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'idempotencyKey', sent: 'no' } });
      expect(runs).toEqual([false]);
      await idempotency.once(request({ work, key: progress, tenantId: one }), scope);
    }
  });

  test('X1: that an earlier version kept without its tenant is still good', async () => {
    const { clock, idempotency } = await setUp();
    const { scope } = createTestScope(clock);
    const { runs, work } = counter();
    const use = { caller: callerNamed('script'), mutation: 'isolateMachines', key: 'key-1' };
    expect(await idempotency.settled.first(use, async () => ['m1'])).toEqual(['m1']);
    await idempotency.once(request({ work }), scope);
    const tenantId = '11111111-1111-4111-8111-111111111111';
    expect(await idempotency.once(request({ work, tenantId }), scope)).toBe('run 1');
    expect(await idempotency.settled.first({ ...use, tenantId }, async () => ['m2'])).toEqual(['m1']);
    expect(runs).toEqual([false]);
  });

  test('X1: what it stood for in one tenant is not taken for another', async () => {
    const { idempotency } = await setUp();
    const use = { caller: callerNamed('script'), mutation: 'deleteIndicators', key: 'key-1' };
    await idempotency.settled.first({ ...use, tenantId: 'one' }, async () => ['7']);
    expect(await idempotency.settled.first({ ...use, tenantId: 'other' }, async () => ['8'])).toEqual(['8']);
    expect(await idempotency.settled.first({ ...use, tenantId: 'one' }, async () => ['9'])).toEqual(['7']);
  });

  test('X3: of an approval is apart from that of a caller, and lives as long as the approval', async () => {
    const clock = createManualClock();
    const store = await openStore({ url: 'memory:', clock });
    onTestFinished(() => store.close());
    const log = createLog({ level: 'silent' });
    // A process that gives no signs of life, so that a month passes at once.
    const presence = createPresence({ store, clock, log });
    const idempotency = createIdempotency({ store, presence, clock, log });
    const { runs, work } = counter();
    const { scope } = createTestScope(clock, 40 * 24 * 3_600_000);
    const ofApproval = request({ work, namespace: 'approval' });
    await idempotency.once(ofApproval, scope);
    await idempotency.once(request({ work }), scope);
    await idempotency.once(request({ work, caller: { id: 'approval' } }), scope);
    expect(runs).toHaveLength(3);
    await clock.advance(31 * 24 * 3_600_000);
    expect(await idempotency.once(ofApproval, scope)).toBe('run 1');
    await idempotency.once(request({ work }), scope);
    expect(runs).toHaveLength(4);
  });

  test.each<[string, Partial<Once<string>>]>([
    ['of another caller', { caller: callerNamed('other') }],
    ['for another mutation', { mutation: 'releaseMachines' }],
    ['of an approval', { namespace: 'approval' }],
  ])('%s is another key', async (_name, other) => {
    const { clock, idempotency } = await setUp();
    const { runs, work } = counter();
    const { scope } = createTestScope(clock);
    await idempotency.once(request({ work }), scope);
    await idempotency.once(request({ work, ...other }), scope);
    expect(runs).toHaveLength(2);
  });

  test('is forgotten after a day', async () => {
    const { clock, idempotency, kill } = await setUp();
    const { runs, work } = counter();
    await idempotency.once(request({ work }), createTestScope(clock).scope);
    // A day of signs of life is long.
    kill();
    await clock.advance(25 * 3_600_000 + 1);
    await idempotency.once(request({ work }), createTestScope(clock).scope);
    expect(runs).toEqual([false, false]);
  });

  test('of a request that did nothing may try again', async () => {
    const { clock, idempotency } = await setUp();
    const { scope } = createTestScope(clock);
    const down = new UpstreamError('UPSTREAM_UNAVAILABLE', 'Entra is down', { sent: 'no' });
    const failing = request({ work: () => Promise.reject(down) });
    await expect(idempotency.once(failing, scope)).rejects.toThrow('Entra is down');
    const nothing = counter('NOTHING');
    await idempotency.once(request({ work: nothing.work }), scope);
    const { runs, work } = counter();
    expect(await idempotency.once(request({ work }), scope)).toBe('run 1');
    expect(runs).toEqual([false]);
  });
});

test('without a key everything is done each time', async () => {
  const { clock, idempotency } = await setUp();
  const { runs, work } = counter();
  const { scope } = createTestScope(clock);
  await idempotency.once(request({ work, key: undefined }), scope);
  await idempotency.once(request({ work, key: undefined }), scope);
  expect(runs).toHaveLength(2);
});

describe('concurrent duplicates', () => {
  test('wait for the first and get its answer', async () => {
    const { clock, openProcess, idempotency } = await setUp();
    const { scope } = createTestScope(clock);
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const work = async () => {
      runs += 1;
      await gate.promise;
      return { result: 'the answer', progress: 'ENDED' as const };
    };
    const first = idempotency.once(request({ work }), scope);
    const other = await openProcess();
    const second = other.idempotency.once(request({ work }), scope);
    await clock.advance(1000);
    gate.resolve();
    await first;
    await clock.advance(1000);
    expect(await second).toBe('the answer');
    expect(runs).toBe(1);
  });

  test('give up in time for an answer', async () => {
    const { clock, idempotency } = await setUp();
    const gate = Promise.withResolvers<void>();
    const work = async () => {
      await gate.promise;
      return { result: 'late', progress: 'ENDED' as const };
    };
    const first = idempotency.once(request({ work }), createTestScope(clock, 60_000).scope);
    await clock.advance(1);
    const second = idempotency.once(request({ work }), createTestScope(clock, 5000).scope);
    const refused = expect(second).rejects.toMatchObject({ code: 'CONFLICT' });
    await clock.advance(5000);
    await refused;
    gate.resolve();
    expect(await first).toBe('late');
  });
});

describe('a run whose process died', () => {
  const never = request({ work: () => new Promise(() => {}) });

  test('is resumed as soon as it shows no sign of life, by one of those who wait', async () => {
    const { clock, openProcess } = await setUp();
    const [dying, one, two] = [await openProcess(), await openProcess(), await openProcess()];
    dying.idempotency.once(never, createTestScope(clock, 300_000).scope).catch(() => {});
    await clock.advance(1);
    const { runs, work } = counter();
    const answers = Promise.all(
      [one, two].map((other) => other.idempotency.once(request({ work }), createTestScope(clock).scope)),
    );
    await clock.advance(8000);
    expect(runs).toEqual([]);
    dying.kill();
    await clock.advance(12_000);
    expect(await answers).toEqual(['run 1', 'run 1']);
    expect(runs).toEqual([true]);
  });

  test('is left alone while it lives', async () => {
    const { clock, openProcess, idempotency } = await setUp();
    const living = await openProcess();
    living.idempotency.once(never, createTestScope(clock, 300_000).scope).catch(() => {});
    await clock.advance(1);
    const { runs, work } = counter();
    const refused = expect(
      idempotency.once(request({ work }), createTestScope(clock, 60_000).scope),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await clock.advance(60_000);
    await refused;
    expect(runs).toEqual([]);
  });
});

test('a run that does not know what became of its actions is resumed by the next', async () => {
  const { clock, idempotency } = await setUp();
  const unknown = counter('OPEN');
  await idempotency.once(request({ work: unknown.work }), createTestScope(clock).scope);
  const { runs, work } = counter();
  expect(await idempotency.once(request({ work }), createTestScope(clock).scope)).toBe('run 1');
  expect(runs).toEqual([true]);
});
