import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { announcesBreak, breakingChanges } from '../../scripts/schema/changes.ts';
import { undescribed } from '../../scripts/schema/descriptions.ts';

test('whatever lacks a description is named by its coordinate, enum values excepted', () => {
  const schema = buildSchema(`
    "The root." type Query { "A list." machines(first: Int, "Told." after: String): Machine, other: Health }
    type Machine { "Told." id: ID! name: String }
    "Told." enum Health { ACTIVE }
    "Told." input Filter { name: String }
    scalar Time
  `);
  expect(undescribed(schema)).toEqual([
    'Filter.name',
    'Machine',
    'Machine.name',
    'Query.machines(first:)',
    'Query.other',
    'Time',
  ]);
});

describe('a change of the schema', () => {
  const before = 'type Query { a: String b: String }';
  test.each([
    ['that adds breaks nobody', 'type Query { a: String b: String c: String }', 0],
    ['that removes breaks callers', 'type Query { a: String }', 1],
    ['that changes a type breaks callers', 'type Query { a: String b: Int }', 1],
  ])('%s', (_, after, count) => {
    expect(breakingChanges(before, buildSchema(after))).toHaveLength(count);
  });

  test.each([
    ['is announced under Unreleased', '## [Unreleased]\n\n### Removed\n- Breaking: `b` is gone.\n', true],
    ['is not announced by an earlier release', '## [Unreleased]\n\n## [0.1.0]\n- Breaking: `b` is gone.\n', false],
    ['is not announced by silence', '## [Unreleased]\n- Added `c`.\n', false],
    ['is not announced without a changelog', '', false],
  ])('that breaks %s', (_, changelog, announced) => {
    expect(announcesBreak(changelog)).toBe(announced);
  });
});
