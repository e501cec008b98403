import { readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { read, root } from './pages.ts';

/** Files below a folder, as paths from the root. */
const filesIn = (path: string): string[] =>
  statSync(`${root}${path}`).isDirectory()
    ? readdirSync(`${root}${path}`).flatMap((name) => filesIn(`${path}/${name}`))
    : [path];

const section = (heading: string): string =>
  read('docs/adding.md')
    .split(/^## /m)
    .find((each) => each.startsWith(heading)) ?? '';

/** Made, not written: the generated types and the printed schema. */
const isMade = (file: string): boolean =>
  file.startsWith('src/generated') || file === 'schema/schema.graphql' || file === 'schema/released.graphql';

const naming = (word: RegExp): string[] =>
  ['src', 'resolvers', 'schema', 'codegen.yml']
    .flatMap(filesIn)
    .filter((file) => !isMade(file) && word.test(read(file)));

test('the recipe of an entity names every file that knows of one', () => {
  const files = naming(/remediation-?tasks?\b/i).filter(
    (file) => !file.startsWith('src/unification/words/') && !file.startsWith('src/demo/'),
  );
  expect(files).toEqual(
    expect.arrayContaining(['src/entities/table.ts', 'src/simulator/mde/vulnerability/remediation.ts']),
  );
  // Its edge has a recipe of its own.
  const missing = files.filter(
    (file) => file !== 'src/entities/edges.ts' && !section('An entity').includes(`\`${file}\``),
  );
  expect(missing).toEqual([]);
});

test('the recipe of an edge names every file that knows of one', () => {
  const files = naming(/Software\.machines\b/);
  expect(files).toEqual(['src/entities/edges.ts']);
  for (const file of files) expect(section('An edge')).toContain(`\`${file}\``);
});

test('the recipe of an edge names every constructor of one', () => {
  const constructors = ['src/entities/edge.ts', 'src/entities/edge-in-hand.ts'].flatMap((file) =>
    read(file)
      .split(/^export const /m)
      .slice(1)
      .map((text) => text.split(/[^\w]/)[0] ?? ''),
  );
  expect(constructors).toEqual(expect.arrayContaining(['each', 'link', 'derivedTo']));
  expect(constructors.filter((name) => !section('An edge').includes(`\`${name}\``))).toEqual([]);
});

test('the recipe of a condition names every constructor of one', () => {
  const constructors = ['src/routing/filters/rows.ts', 'src/routing/filters/value-rows.ts'].flatMap((file) =>
    read(file)
      .split(/^export const /m)
      .filter((text) => /^\w+ = <[\s\S]*?\): FilterRow<.*> => /.test(text.split('\n\n')[0] ?? ''))
      .map((text) => text.slice(0, text.indexOf(' '))),
  );
  expect(constructors).toEqual(expect.arrayContaining(['atLeast', 'since', 'amongWords']));
  const missing = constructors.filter((name) => !section('A condition of a filter').includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test('the recipe of a machine action names every file that knows of one', () => {
  const files = naming(/\bcollect(Investigation)?Package\b/).filter((file) => !file.startsWith('src/simulator/'));
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((file) => !section('A machine action').includes(`\`${file}\``))).toEqual([]);
});
