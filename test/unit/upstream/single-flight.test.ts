import { describe, expect, test, vi } from 'vitest';
import { createSingleFlight, type SingleFlight } from '../../../src/upstream/http/single-flight.ts';

/** Work that ends when the test says so, and the signal that it was given. */
const createWork = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const work = vi.fn((signal: AbortSignal) => {
    signals.push(signal);
    return promise;
  });
  return { work, resolve, reject, signals };
};

/** Waits for it: what it came to, and whether it was under way already. */
const run = async <T>(flights: SingleFlight<T, object>, ...asked: Parameters<SingleFlight<T, object>['join']>) => {
  const { value, shared } = flights.join(...asked);
  return { value: await value, shared };
};

const forever = new AbortController().signal;

describe('equal work in flight', () => {
  test('is done once; all get its value, and who joined knows it', async () => {
    const flights = createSingleFlight<string, object>();
    const { work, resolve } = createWork();
    const answers = Promise.all([1, 2, 3].map(() => run(flights, 'key', forever, {}, work)));
    resolve('value');
    expect(await answers).toEqual([
      { value: 'value', shared: false },
      { value: 'value', shared: true },
      { value: 'value', shared: true },
    ]);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('fails for all of them', async () => {
    const flights = createSingleFlight<string, object>();
    const { work, reject } = createWork();
    const answers = Promise.allSettled([1, 2].map(() => run(flights, 'key', forever, {}, work)));
    reject(new Error('broken'));
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('is done again once it ended, well or badly', async () => {
    const flights = createSingleFlight<number, object>();
    let count = 0;
    const next = async () => {
      count += 1;
      if (count === 2) throw new Error('second');
      return count;
    };
    expect(await run(flights, 'key', forever, {}, next)).toEqual({ value: 1, shared: false });
    await expect(run(flights, 'key', forever, {}, next)).rejects.toThrow('second');
    expect(await run(flights, 'key', forever, {}, next)).toEqual({ value: 3, shared: false });
  });

  test('under another key is other work', async () => {
    const flights = createSingleFlight<string, object>();
    const values = await Promise.all(['a', 'b'].map((key) => run(flights, key, forever, {}, async () => key)));
    expect(values.map(({ value }) => value)).toEqual(['a', 'b']);
  });
});

describe('a caller who leaves', () => {
  test('stops neither the work nor the others, even when it was the first', async () => {
    const flights = createSingleFlight<string, object>();
    const { work, resolve, signals } = createWork();
    const leaving = new AbortController();
    const first = run(flights, 'key', leaving.signal, {}, work);
    const second = run(flights, 'key', forever, {}, work);
    leaving.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect(signals[0]?.aborted).toBe(false);
    resolve('value');
    expect(await second).toEqual({ value: 'value', shared: true });
  });

  test('as the last stops the work, and the next one begins anew', async () => {
    const flights = createSingleFlight<string, object>();
    const { work, signals } = createWork();
    const leaving = new AbortController();
    const both = [1, 2].map(() => run(flights, 'key', leaving.signal, {}, work));
    leaving.abort(new Error('left'));
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(signals[0]?.aborted).toBe(true);
    expect(await run(flights, 'key', forever, {}, async () => 'anew')).toEqual({ value: 'anew', shared: false });
  });

  test('by themselves are told why, and leave the work to the others', async () => {
    const flights = createSingleFlight<string, object>();
    const { work, resolve, signals } = createWork();
    const first = flights.join('key', forever, {}, work);
    const second = run(flights, 'key', forever, {}, work);
    first.leave(new Error('enough'));
    await expect(first.value).rejects.toThrow('enough');
    resolve('value');
    expect(await second).toEqual({ value: 'value', shared: true });
    first.leave(new Error('again'));
    expect(signals[0]?.aborted).toBe(false);
  });

  test('before it began makes no call', async () => {
    const { work } = createWork();
    await expect(
      run(createSingleFlight<string, object>(), 'key', AbortSignal.abort(new Error('left')), {}, work),
    ).rejects.toThrow('left');
    expect(work).not.toHaveBeenCalled();
  });
});
