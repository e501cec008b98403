import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Namespace, namespaces } from '../../../src/store/namespaces.ts';

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
      expect.stringMatching(new RegExp(`^(\\{\\s+\\.\\.\\.)?namespaces(\\.${name}|\\['${name}'\\])`)),
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
