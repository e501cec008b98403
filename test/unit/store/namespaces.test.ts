import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checked } from '../../../src/store/forms.ts';
import { type Namespace, namespaces } from '../../../src/store/namespaces.ts';
import { openStore } from '../../../src/store/store.ts';
import { createMemoryLog } from './support.ts';

/** Every use of the store by the gateway: the name that is written there, and what follows it. */
const usesOf = async (): Promise<readonly (readonly [name: string, options: string])[]> => {
  const files = (await readdir('src', { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('store/') && !file.startsWith('simulator/'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join('src', file), 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(/\.(?:space|sorted)(?:<.*?>)?\(\s*'([^']*)'(?:,\s*([^)]*?))?,?\s*\)/g)].map(
      ([, name = '', options = '']) => [name, options] as const,
    ),
  );
};

const rows: readonly (readonly [string, Namespace])[] = Object.entries(namespaces);

test('X3: every part of the store that is used stands in the table, and takes its lifetime from there', async () => {
  const uses = await usesOf();
  for (const [name, options] of uses) {
    expect([name, options]).toEqual([
      name,
      expect.stringMatching(new RegExp(`^(checked\\(\\s*)?namespaces(\\.${name}|\\['${name}'\\])`)),
    ]);
  }
  expect([...new Set(uses.map(([name]) => name))].toSorted()).toEqual(Object.keys(namespaces).toSorted());
});

test('X3: no part of the store is used under a name that the test cannot read', async () => {
  const files = (await readdir('src', { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('store/') && !file.startsWith('simulator/'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join('src', file), 'utf8')));
  const written = texts.flatMap((text) => [...text.matchAll(/store\.(?:space|sorted)\b/g)]);
  expect(written).toHaveLength((await usesOf()).length);
});

describe('X3: what guards outlives what it guards', () => {
  test.each(
    rows.flatMap(([name, { ttlMs = Number.POSITIVE_INFINITY, outlives }]) =>
      outlives.map(({ what, forMs }) => [name, what, ttlMs, forMs] as const),
    ),
  )('X3: %s outlives %s', (_name, _what, ttlMs, forMs) => {
    expect(ttlMs).toBeGreaterThan(forMs);
  });
});

describe('X6: what another version kept is left alone and told', () => {
  const setUp = async () => {
    const log = createMemoryLog();
    const store = await openStore({ url: 'memory:', log });
    onTestFinished(() => store.close());
    const told = () => log.lines.filter((line) => line.startsWith('A stored value cannot be read'));
    return { store, told };
  };

  const values = rows.flatMap(([name, row]) =>
    'guards' in row || 'form' in row
      ? [{ name, row, version: ('guards' in row ? row.guards : row.form).version, isRefused: 'guards' in row }]
      : [],
  );
  const foreign = values.flatMap((each) => [
    { ...each, what: 'a later version', stored: { v: each.version + 1, value: 'later' } },
    { ...each, what: 'no version', stored: { earlier: 'without' } },
  ]);
  test.each(foreign)('X6: $name, by $what', async ({ name, row, stored, isRefused }) => {
    const { store, told } = await setUp();
    const { encrypted = false } = row;
    const raw = store.space<unknown>(name, { encrypted });
    await raw.set('k', stored);
    // Any value is of the form: it is the version that is not known.
    const space = store.space<unknown>(
      name,
      checked(row, () => true),
    );
    if (isRefused) await expect(space.get('k')).rejects.toMatchObject({ code: 'CONFLICT', details: { sent: 'no' } });
    else expect(await space.get('k')).toBeUndefined();
    expect(await space.add('k', 'mine')).toBe(false);
    expect(told()).toEqual([expect.stringContaining(`"space":"${name}"`)]);
    expect(await raw.get('k')).toEqual(stored);
  });

  const lists = rows.flatMap(([name, row]) => ('members' in row ? [{ name, row }] : []));
  test.each(lists)('X6: $name, whose members have a form', async ({ name, row: { ttlMs = 0, members } }) => {
    const { store, told } = await setUp();
    const list = store.sorted(name, { ttlMs, members });
    await list.add('of a tenant', 'v2/later');
    const [member = ''] = await list.descending('of a tenant', { below: null, from: '', limit: 10 });
    expect([member, list.isReadable(member), list.isReadable(member)]).toEqual(['v2/later', false, false]);
    expect(told()).toEqual([expect.stringContaining(`"space":"${name}"`)]);
    expect(await list.count('of a tenant', '')).toBe(1);
  });

  test('X6: what has no version is counted alone, and ends with its window', () => {
    const counts = rows.filter(([, row]) => 'counts' in row);
    expect(values.length + lists.length + counts.length).toBe(rows.length);
    for (const [, { ttlMs = Number.POSITIVE_INFINITY, cache }] of counts) {
      // Twice the longest window, which is a day.
      expect([cache, ttlMs <= 2 * 86_400_000]).toEqual([true, true]);
    }
  });
});
