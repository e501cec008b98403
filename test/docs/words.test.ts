import { globSync } from 'node:fs';
import { parse, visit } from 'graphql';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { examples } from '../../src/demo/examples.ts';
import { pages, read, root } from './pages.ts';
import { bannedInCode, bannedInProse, found } from './words.ts';

/** What readers read: no code, and no addresses of links. */
const plain = (text: string): string => text.replace(/`[^`\n]*`/g, ' ').replace(/\]\([^)\s]*\)/g, ']');

const inProse = (place: string, text: string): readonly string[] => found(place, plain(text), bannedInProse);

/** Files with names: of code, of the SDL, of what is delivered. `released.graphql` is what it was. */
const files = globSync(
  [
    '{src,resolvers,schema,test,scripts,docker,bin}/**/*.{ts,js,graphql,yml,yaml,json}',
    '*.{cjs,json,ts,yml,yaml}',
    '**/*.md',
  ],
  { cwd: root, exclude: ['**/node_modules', 'src/generated', 'schema/released.graphql', 'package-lock.json', 'data'] },
)
  .filter((file) => !/^(?:CHANGELOG\.md|docs\/glossary\.md|test\/docs\/words(?:\.test)?\.ts)$/.test(file))
  .sort();

/** What is called so elsewhere, and in what was written before. */
const elsewhere = ["const earlierName = 'actId';"];

test('P4: pages use the words of the trade', () => {
  const read = pages.filter(({ file }) => file !== 'CHANGELOG.md');
  expect(read.flatMap(({ file, prose }) => inProse(file, prose))).toEqual([]);
});

test('P4: descriptions of the schema use the words of the trade', () => {
  const lines: string[] = [];
  visit(parse(read('schema/schema.graphql')), {
    StringValue: (node, key) => {
      if (key === 'description') lines.push(...inProse(`schema line ${node.loc?.startToken.line}`, node.value));
    },
  });
  expect(lines).toEqual([]);
});

test('P4: help and the examples of GraphiQL use the words of the trade', () => {
  const texts = [
    ...commands.map(({ name, summary, details }) => ({ name, text: `${summary}\n${details}` })),
    ...examples.map(({ name }) => ({ name: 'example', text: name })),
  ];
  expect(texts.flatMap(({ name, text }) => inProse(name, text))).toEqual([]);
});

test('P4: code, comments, names and files use the words of the trade', () => {
  expect(files.length).toBeGreaterThan(1500);
  const faults = files.flatMap((file) => [
    ...found('file', file, bannedInCode),
    ...found(
      file,
      elsewhere.reduce((text, known) => text.replace(known, ''), read(file)),
      bannedInCode,
    ),
  ]);
  expect(faults).toEqual([]);
});

test('the words are found where they are', () => {
  expect(inProse('here', 'He acts, and mends it.\n`act` is a name; the audit trail and [a turn](act.md)')).toEqual([
    'here:1: He (they, their) in: He acts, and mends it.',
    'here:1: acts (action) in: He acts, and mends it.',
    'here:1: mends (fix) in: He acts, and mends it.',
    'here:2: turn (queue; change, switch) in: is a name; the audit trail and [a turn]',
  ]);
});

test.each([
  'an act',
  'Acts are',
  'actId',
  'isAct(',
  'ActOutcome',
  'tenantActRow',
  '@act ',
  'open_acts',
  './acts.ts',
  'act-rows',
  'fateOf',
  'SightName',
  'mended',
  'a truth',
  'waits for its turn',
  'a trail',
])('%s is found in code', (text) => {
  expect(found('here', text, bannedInCode)).toHaveLength(1);
});

test.each([
  'a fact',
  'ActiveX',
  'active',
  'React',
  'contract',
  'whoever acts',
  'they may act on it',
  'acting',
  'acted on',
  'action',
  'recommend',
  'truthy',
  'insight',
  'audit trail',
  'createAuditTrail',
  'in turn',
])('%s is not', (text) => {
  expect(found('here', text, bannedInCode)).toEqual([]);
});

test('P4: the glossary has each word once, in order', () => {
  const [page = ''] = read('docs/glossary.md').split('## Words');
  const terms = [...page.matchAll(/^\| ([^|]+?) +\|/gm)].map(({ 1: term = '' }) => term).slice(2);
  expect(terms.length).toBeGreaterThan(40);
  expect(terms).toEqual([...new Set(terms)].sort((one, other) => one.localeCompare(other)));
});
