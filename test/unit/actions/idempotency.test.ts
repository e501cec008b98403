import { describe, expect, onTestFinished, test } from 'vitest';
import { createIdempotency, type Once } from '../../../src/actions/idempotency.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { callerNamed, createManualClock, createTestScope } from './support.ts';

const setUp = async () => {
  const clock = createManualClock(Date.now());
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const open = () => createIdempotency({ store, clock, log: createLog({ level: 'silent' }) });
  return { clock, open, idempotency: open() };
};

const request = (more: Partial<Once<string>> & Pick<Once<string>, 'work'>): Once<string> => ({
  caller: callerNamed('script'),
  mutation: 'isolateMachines',
  key: 'key-1',
  input: ['contoso', ['m1']],
  ...more,
});

/** Work that counts its runs. */
const counter = (remember = true) => {
  const runs: boolean[] = [];
  return {
    runs,
    work: async ({ resumed }: { readonly resumed: boolean }) => {
      runs.push(resumed);
      return { result: `run ${runs.length}`, remember };
    },
  };
};

describe('the same key', () => {
  test('with the same input gives the first answer and does nothing more, in another process too', async () => {
    const { clock, open, idempotency } = await setUp();
    const { runs, work } = counter();
    const { scope } = createTestScope(clock);
    expect(await idempotency.once(request({ work }), scope)).toBe('run 1');
    expect(await open().once(request({ work }), scope)).toBe('run 1');
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

  test.each<[string, Partial<Once<string>>]>([
    ['of another caller', { caller: callerNamed('other') }],
    ['for another mutation', { mutation: 'releaseMachines' }],
  ])('%s is another key', async (_name, other) => {
    const { clock, idempotency } = await setUp();
    const { runs, work } = counter();
    const { scope } = createTestScope(clock);
    await idempotency.once(request({ work }), scope);
    await idempotency.once(request({ work, ...other }), scope);
    expect(runs).toHaveLength(2);
  });

  test('is forgotten after a day', async () => {
    const { clock, idempotency } = await setUp();
    const { runs, work } = counter();
    await idempotency.once(request({ work }), createTestScope(clock).scope);
    await clock.advance(24 * 3_600_000 + 1);
    await idempotency.once(request({ work }), createTestScope(clock).scope);
    expect(runs).toEqual([false, false]);
  });

  test('of a request that did nothing may try again', async () => {
    const { clock, idempotency } = await setUp();
    const { scope } = createTestScope(clock);
    const failing = request({ work: () => Promise.reject(new Error('Entra is down')) });
    await expect(idempotency.once(failing, scope)).rejects.toThrow('Entra is down');
    const nothing = counter(false);
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
    const { clock, open, idempotency } = await setUp();
    const { scope } = createTestScope(clock);
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const work = async () => {
      runs += 1;
      await gate.promise;
      return { result: 'the answer', remember: true };
    };
    const first = idempotency.once(request({ work }), scope);
    const second = open().once(request({ work }), scope);
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
      return { result: 'late', remember: true };
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

test('a run whose process died is taken up as such, once its time is over', async () => {
  const { clock, open, idempotency } = await setUp();
  const never = request({ work: () => new Promise(() => {}) });
  idempotency.once(never, createTestScope(clock, 60_000).scope).catch(() => {});
  await clock.advance(121_000);
  const { runs, work } = counter();
  expect(await open().once(request({ work }), createTestScope(clock).scope)).toBe('run 1');
  expect(runs).toEqual([true]);
});
