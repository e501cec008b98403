import { parse, visit } from 'graphql';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { examples } from '../../src/demo/examples.ts';
import { pages, read } from './pages.ts';

/** Words of our own, and what the trade calls them (docs/glossary.md). */
const banned = [
  [/\b(?:he|his|him|himself)\b/i, 'they, their'],
  [/\bact(?:s|ed)?\b/i, 'action'],
  [/\bsights?\b/i, 'visibility'],
  [/\bfates?\b/i, 'outcome'],
  [/\bturns?\b/i, 'queue; change, switch'],
  [/\berrands?\b/i, 'job'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/(?<!\baudit )\btrails?\b/i, 'audit trail'],
  [/\btruths?\b/i, 'state, outcome'],
  [/\btake-ups?\b/i, 'reconciliation'],
  [/\breckon(?:s|ed|ing)?\b/i, 'compute'],
] as const;

/** What readers read: no code, and no addresses of links. */
const plain = (text: string): string => text.replace(/`[^`\n]*`/g, ' ').replace(/\]\([^)\s]*\)/g, ']');

/** Each line that has one of them, with the word to use. */
const found = (place: string, text: string): readonly string[] =>
  plain(text)
    .split('\n')
    .flatMap((line) =>
      banned
        .filter(([word]) => word.test(line))
        .map(([word, instead]) => `${place}: ${word.exec(line)?.[0]} (${instead}) in: ${line.trim()}`),
    );

test('P4: pages use the words of the trade', () => {
  const read = pages.filter(({ file }) => file !== 'CHANGELOG.md');
  expect(read.flatMap(({ file, prose }) => found(file, prose))).toEqual([]);
});

test('P4: descriptions of the schema use the words of the trade', () => {
  const lines: string[] = [];
  visit(parse(read('schema/schema.graphql')), {
    StringValue: (node, key) => {
      if (key === 'description') lines.push(...found(`schema line ${node.loc?.startToken.line}`, node.value));
    },
  });
  expect(lines).toEqual([]);
});

test('P4: help and the examples of GraphiQL use the words of the trade', () => {
  const texts = [
    ...commands.map(({ name, summary, details }) => ({ name, text: `${summary}\n${details}` })),
    ...examples.map(({ name }) => ({ name: 'example', text: name })),
  ];
  expect(texts.flatMap(({ name, text }) => found(name, text))).toEqual([]);
});

test('the words are found where they are', () => {
  expect(found('here', 'He acts, and mends it.\n`act` is a name; the audit trail and [a turn](act.md)')).toEqual([
    'here: He (they, their) in: He acts, and mends it.',
    'here: acts (action) in: He acts, and mends it.',
    'here: mends (fix) in: He acts, and mends it.',
    'here: turn (queue; change, switch) in: is a name; the audit trail and [a turn]',
  ]);
});

test('P4: the glossary has each word once, in order', () => {
  const [page = ''] = read('docs/glossary.md').split('## Words');
  const terms = [...page.matchAll(/^\| ([^|]+?) +\|/gm)].map(({ 1: term = '' }) => term).slice(2);
  expect(terms.length).toBeGreaterThan(40);
  expect(terms).toEqual([...new Set(terms)].sort((one, other) => one.localeCompare(other)));
});
