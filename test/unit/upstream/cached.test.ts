import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { sharedRows } from '../../../src/routing/shared-rows.ts';
import { freshnessOf } from '../../../src/scope/freshness.ts';
import { createSharedGenerations } from '../../../src/store/generations.ts';
import type { Answer } from '../../../src/upstream/http/call.ts';
import { createKeptAnswers } from '../../../src/upstream/http/kept-answers.ts';
import { isRecord } from '../../../src/upstream/http/shape.ts';
import { action, createLab, readOf, tokenOf } from '../../isolation/lab.ts';
import { viewers } from '../../isolation/viewers.ts';
import { tenantNamed } from '../../support/tenant.ts';

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
  const [{ tenant } = { tenant: tenantNamed('contoso') }] = viewers;
  const answerOf = (bytes: Buffer, begunMs = 0): Answer => ({
    ...{ status: 200, json: {}, bytes, none: false, requestId: undefined, permissions: null },
    read: { bytes: bytes.length, begunMs, generation: '' },
  });
  const createAnswers = (now = () => 1) => createKeptAnswers({ maxMs: minute, maxBytes: 1000, maxEntries: 10, now });
  const spaces = (count: number): Buffer => Buffer.from('1'.padEnd(count));
  const kept = (sizes: readonly number[]) => {
    const answers = createAnswers();
    for (const [index, bytes] of sizes.entries()) answers.set(String(index), tenant, answerOf(spaces(bytes)));
    return sizes.flatMap((_, index) => (answers.get(String(index), tenant) === undefined ? [] : [index]));
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
  test.each(['{"id": "é"}', '\u{feff}{"id": "é"}'])(
    'as bytes, which are read once for all to whom %j is given',
    (text) => {
      const answers = createAnswers();
      answers.set('it', tenant, answerOf(Buffer.from(text)));
      const given = answers.get('it', tenant);
      expect(given?.json).toEqual({ id: 'é' });
      expect(answers.get('it', tenant)).toBe(given);
    },
  );
  test('nothing of memory that is mostly of others', () => {
    const chunk = Buffer.allocUnsafeSlow(500).fill('1');
    const answers = createAnswers();
    answers.set('part', tenant, answerOf(chunk.subarray(0, 100)));
    answers.set('most', tenant, answerOf(chunk.subarray(0, 120)));
    expect(answers.get('part', tenant)?.bytes?.buffer.byteLength).toBe(100);
  });

  describe('and known again by its bytes', () => {
    const bytes = () => Buffer.from('{"id": 1}');
    test('read once for all that come after it', () => {
      const answers = createAnswers();
      answers.set('it', tenant, answerOf(bytes()));
      const same = answers.read('it', tenant, bytes());
      expect(same?.json).toEqual({ id: 1 });
      answers.set('it', tenant, { ...answerOf(bytes()), ...same });
      expect(answers.read('it', tenant, bytes())).toBe(same);
      expect(answers.get('it', tenant)?.json).toBe(same?.json);
      expect(answers.get('it', tenant)?.made).toBe(same?.made);
    });
    test.each([
      ['another question', 'other', tenant],
      ['a tenant that was set anew', 'it', { ...tenant }],
    ])('not for %s', (_, key, of) => {
      const answers = createAnswers();
      answers.set('it', tenant, answerOf(bytes()));
      expect(answers.read(key, of, bytes())).toBeUndefined();
    });
    test('not when it is too old to be kept', () => {
      let nowMs = 1;
      const answers = createAnswers(() => nowMs);
      answers.set('it', tenant, answerOf(bytes()));
      nowMs = minute;
      expect(answers.read('it', tenant, bytes())).toBeUndefined();
    });
  });
});

describe('a list of which some rows are others', () => {
  const [{ tenant } = { tenant: tenantNamed('contoso') }] = viewers;
  const rowsTo = (count: number) => Array.from({ length: count }, (_, id) => ({ id, says: `row ${id}` }));
  const answers = () => createKeptAnswers({ maxMs: minute, maxBytes: 100_000, maxEntries: 10, now: () => 1 });
  /** Reads one answer after the other, as `understood` and the cache do. */
  const createReading =
    (kept = answers()) =>
    (json: unknown) => {
      const bytes = Buffer.from(JSON.stringify(json));
      const read = kept.read('it', tenant, bytes);
      const said = { status: 200, none: false, requestId: undefined, permissions: null };
      const mark = { bytes: bytes.length, begunMs: 0, generation: '' };
      kept.set('it', tenant, { ...said, json, bytes, read: mark, ...read });
      return read;
    };
  const rowsIn = (read: { readonly json: unknown } | undefined): readonly unknown[] =>
    isRecord(read?.json) && Array.isArray(read.json.value) ? read.json.value : [];

  test('keeps the others as they were read, and what was made of them', () => {
    const read = createReading();
    read({ value: rowsTo(20) });
    const first = read({ value: [{ id: 100 }, ...rowsTo(20)] });
    const second = read({ value: [{ id: 101 }, { id: 100 }, ...rowsTo(20)] });
    expect(second?.json).toEqual({ value: [{ id: 101 }, { id: 100 }, ...rowsTo(20)] });
    expect(rowsIn(second).slice(1)).toEqual(rowsIn(first));
    for (const [index, row] of rowsIn(first).entries()) expect(rowsIn(second)[index + 1]).toBe(row);

    const mapped = sharedRows((_, { id }: { readonly id: number }) => ({ made: id }))(tenant);
    const items = (from: typeof first) => ({
      items: rowsIn(from) as { readonly id: number }[],
      ...(from === undefined ? {} : { made: from.made }),
    });
    const [before, after] = [mapped.rowsOf(items(first)), mapped.rowsOf(items(second))];
    expect(after.map(({ made }) => made)).toEqual([101, 100, ...rowsTo(20).map(({ id }) => id)]);
    for (const [index, row] of before.entries()) expect(after[index + 1]).toBe(row);
  });

  test('is kept as what it says for half of all bytes, the newest', () => {
    const kept = createKeptAnswers({ maxMs: minute, maxBytes: 10_000, maxEntries: 100, now: () => 1 });
    const keys = Array.from({ length: 9 }, (_, index) => String(index));
    for (const key of keys) {
      const bytes = Buffer.from(JSON.stringify({ value: rowsTo(40), key }));
      expect(bytes.length).toBeGreaterThan(900);
      const mark = { bytes: bytes.length, begunMs: 0, generation: '' };
      kept.set(key, tenant, {
        status: 200,
        none: false,
        requestId: undefined,
        permissions: null,
        json: null,
        bytes,
        read: mark,
      });
    }
    const first = keys.map((key) => kept.get(key, tenant));
    expect(first.map((answer) => rowsIn(answer).length)).toEqual(keys.map(() => 40));
    // The others were parsed anew.
    expect(keys.filter((key, index) => kept.get(key, tenant) === first[index]).length).toBeLessThanOrEqual(5);
    const newest = keys.slice(-4).map((key) => kept.get(key, tenant));
    expect(keys.slice(-4).map((key) => kept.get(key, tenant))).toEqual(newest);
    for (const [index, key] of keys.slice(-4).entries()) expect(kept.get(key, tenant)).toBe(newest[index]);
  });

  test('is kept once, by whomever of those who shared it', () => {
    const kept = answers();
    const read = createReading(kept);
    read({ value: rowsTo(20) });
    read({ value: [{ id: 100 }, ...rowsTo(20)] });
    const again = kept.get('it', tenant);
    if (again !== undefined) kept.set('it', tenant, { ...again });
    expect(kept.get('it', tenant)).toBe(again);
    expect(again).toBeDefined();
  });

  test('does not grow with those that are long past', () => {
    const read = createReading();
    const mapped = sharedRows((_, { id }: { readonly id: number }) => ({ made: id }))(tenant);
    let parts: unknown;
    for (let turn = 0; turn < 200; turn += 1) {
      const came = read({ value: [{ id: 1000 + turn }, ...rowsTo(20)] });
      if (came === undefined) continue;
      const rows = mapped.rowsOf({ items: rowsIn(came) as { readonly id: number }[], made: came.made });
      expect(rows[0]).toEqual({ made: 1000 + turn });
      parts ??= came.made.parts;
      expect(came.made.parts).toBe(parts);
    }
    expect(parts).toBeDefined();
  });

  test('is another answer when most of it is', () => {
    const read = createReading();
    read({ value: rowsTo(20) });
    expect(read({ value: rowsTo(20).map(({ id }) => ({ id, other: `${id}`.repeat(20) })) })).toBeUndefined();
  });
});

describe('what Microsoft says again in the same bytes', () => {
  const [viewer, another] = viewers;
  if (viewer === undefined || another === undefined) throw new Error('there is nobody');
  const createReads = () => {
    const lab = createLab({ atOnce: true });
    const read = async (by = viewer, cacheControl?: string): Promise<unknown> =>
      lab.replicas[0]?.(by.tenant, readOf('/api/things/1'), lab.scopeOf(by, cacheControl));
    return { lab, read };
  };

  test('is asked for each time, and read once', async () => {
    const { lab, read } = createReads();
    // Nothing is kept before the mark of the tenant is known, which takes one read.
    await read();
    const [first, second, third] = [await read(), await read(), await read()];
    expect([first, lab.exchanges()]).toEqual([second, 4]);
    // What comes once is kept as bytes alone.
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    expect(await read(viewer, 'max-age=60')).toBe(second);
    expect(lab.exchanges()).toBe(4);
  });
  test('is read anew where an action changed it', async () => {
    const { lab, read } = createReads();
    for (const _ of [1, 2, 3]) await read();
    await lab.replicas[0]?.(viewer.tenant, action, lab.scopeOf(viewer));
    expect(await read()).toMatchObject({ actions: 1 });
  });
  test('is never what another one was told', async () => {
    const { read } = createReads();
    for (const _ of [1, 2, 3]) await read();
    expect(await read(another)).toMatchObject({ token: tokenOf(another) });
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
