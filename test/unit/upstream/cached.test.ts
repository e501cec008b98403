import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { freshnessOf } from '../../../src/scope/freshness.ts';
import { createSharedGenerations } from '../../../src/store/generations.ts';
import type { Answer } from '../../../src/upstream/http/call.ts';
import { createKeptAnswers } from '../../../src/upstream/http/kept-answers.ts';
import { createLab, readOf } from '../../isolation/lab.ts';
import { viewers } from '../../isolation/viewers.ts';

const minute = 60_000;

describe('what a request accepts', () => {
  test.each([
    [undefined, minute, true],
    ['max-age=5', 5000, true],
    ['max-age="5"', 5000, true],
    ['MAX-AGE=5 , x=y', 5000, true],
    ['max-stale=9', minute, true],
    ['max-age=5, no-cache', 0, true],
    ['no-store, max-age=5', 0, false],
  ])('%s', (header, acceptedMs, keeps) => {
    const freshness = freshnessOf(header);
    expect({ acceptedMs: freshness.acceptedMs(minute), keeps: freshness.keeps }).toEqual({ acceptedMs, keeps });
    freshness.readAnew();
    expect({ acceptedMs: freshness.acceptedMs(minute), keeps: freshness.keeps }).toEqual({
      acceptedMs: 0,
      keeps: false,
    });
  });
});

test.each(['max-age=-1', 'max-age', 'max-age=5, max-age=6', 'no-cache, max-age=x'])('P3: %s is refused', (header) => {
  expect(() => freshnessOf(header)).toThrow('max-age');
});

describe('how old what is given may be', () => {
  const [viewer] = viewers;
  if (viewer === undefined) throw new Error('there is nobody');
  /** Calls and the age that was told, after an answer was kept for so many seconds. */
  const after = async (seconds: number, header: string | undefined) => {
    const lab = createLab({ atOnce: true });
    const [send] = lab.replicas;
    const read = async (cacheControl?: string) => {
      const scope = lab.scopeOf(viewer, cacheControl);
      await send?.(viewer.tenant, readOf('/api/things/1'), scope);
      return scope.freshness?.ageSeconds;
    };
    await read();
    await read();
    const before = lab.exchanges();
    lab.pass(seconds * 1000);
    const age = await read(header);
    return { calls: lab.exchanges() - before, age };
  };

  test.each([
    [0, 'max-age=1', { calls: 0, age: 0 }],
    [10, 'max-age=10', { calls: 0, age: 10 }],
    [11, 'max-age=10', { calls: 1, age: null }],
    [299, 'max-age=3600', { calls: 0, age: 299 }],
    [300, 'max-age=3600', { calls: 1, age: null }],
    // A clock that was set back.
    [-5, 'max-age=10', { calls: 1, age: null }],
    [0, undefined, { calls: 1, age: null }],
  ])('after %s seconds, by %s', async (seconds, header, expected) => {
    expect(await after(seconds, header)).toEqual(expected);
  });
});

describe('what is kept in memory', () => {
  const answerOf = (bytes: number, begunMs = 0): Answer => ({
    ...{
      status: 200,
      json: {},
      bytes: Buffer.from('{"id": "é"}'),
      none: false,
      requestId: undefined,
      permissions: null,
    },
    read: { bytes, begunMs, generation: '' },
  });
  const kept = (sizes: readonly number[]) => {
    const answers = createKeptAnswers({ maxMs: minute, maxBytes: 1000, maxEntries: 10, now: () => 1 });
    for (const [index, bytes] of sizes.entries()) answers.set(String(index), answerOf(bytes));
    return sizes.flatMap((_, index) => (answers.get(String(index)) === undefined ? [] : [index]));
  };

  test('as many as may be, the newest', () => {
    expect(kept(Array.from({ length: 12 }, () => 1))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
  test('as many bytes as may be', () => {
    expect(kept(Array.from({ length: 10 }, () => 125))).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
  test('none that would put out the others', () => {
    expect(kept([126, 1])).toEqual([1]);
  });
  test('as bytes, which are read once for all to whom it is given', () => {
    const answers = createKeptAnswers({ maxMs: minute, maxBytes: 1000, maxEntries: 10, now: () => 1 });
    answers.set('it', answerOf(1));
    const given = answers.get('it');
    expect(given?.json).toEqual({ id: 'é' });
    expect(answers.get('it')).toBe(given);
  });
});

describe('the mark of a tenant that replicas share', () => {
  const log = createLog({ level: 'silent' });
  const over = (space: { get(): Promise<string | undefined>; set(): Promise<void> }) =>
    createSharedGenerations(space, { now: () => 0, log });

  test('is not known while the store does not answer: all is read anew', async () => {
    const generations = over({ get: () => new Promise(() => {}), set: async () => {} });
    expect(await generations.current('contoso')).toBeUndefined();
    expect(generations.known('contoso')).toBeUndefined();
  });

  test('that could not be told is told before it is asked for again', async () => {
    const told: string[] = [];
    let fails = true;
    const generations = over({
      get: async () => told.at(-1),
      set: async () => {
        if (fails) throw new Error('no store');
        told.push(`mark ${told.length}`);
      },
    });
    const before = await generations.current('contoso');
    await generations.change('contoso');
    expect(told).toEqual([]);
    fails = false;
    expect(await generations.current('contoso')).not.toBe(before);
    expect(told).toEqual(['mark 0']);
  });
});
