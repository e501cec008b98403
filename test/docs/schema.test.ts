import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { announces, breakingChanges } from '../../scripts/schema/changes.ts';

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
    ['an argument', 'type Query { a(x: Int = 2): String }', ['Query.a']],
    ['an input field', 'type Query { a(i: I): String } input I { x: Int = 2 }', ['I.x']],
    ['an input field that has none any more', 'type Query { a(i: I): String } input I { x: Int }', ['I.x']],
  ])('that gives %s another default breaks callers', (_, after, names) => {
    const changes = breakingChanges(
      after.replace('= 2', '= 1').replace('x: Int }', 'x: Int = 1 }'),
      buildSchema(after),
    );
    expect(changes.map((each) => each.names)).toEqual([names]);
  });

  const removal = { description: 'Query.b was removed.', names: ['Query.b'] };

  test.each([
    [
      'is announced by its name under Unreleased',
      '## [Unreleased]\n\n### Removed\n- Breaking: `Query.b` is gone.\n',
      true,
    ],
    ['is not announced by another', '## [Unreleased]\n\n- Breaking: `Query.a` is gone.\n- `Query.b` is fine.\n', false],
    [
      'is not announced by an earlier release',
      '## [Unreleased]\n\n## [0.1.0]\n- Breaking: `Query.b` is gone.\n',
      false,
    ],
    ['is not announced by silence', '## [Unreleased]\n- Added `Query.b`.\n', false],
    ['is not announced without a changelog', '', false],
  ])('that breaks %s', (_, changelog, announced) => {
    expect(announces(changelog, removal)).toBe(announced);
  });

  test.each([
    ['a field', 'type Query { a: E }', ['Query.b']],
    ['an argument', 'type Query { a: E b: E }', ['Query.b']],
    ['a value', 'type Query { a: E b(c: Int): E }', ['E']],
  ])('is named by its coordinate: %s', (_, after, names) => {
    const changes = breakingChanges(
      'type Query { a: E b(c: Int): E } enum E { X Y }',
      buildSchema(`${after} enum E { X }`),
    );
    expect(changes.map((each) => each.names)).toContainEqual(names);
  });
});

describe('npm run check:schema', () => {
  const parts = ['schema', 'resolvers', 'src', 'scripts', 'package.json', 'CHANGELOG.md'];

  /** A copy of what the check reads, to be changed. */
  const copy = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const part of parts) cpSync(part, join(folder, part), { recursive: true });
    symlinkSync(realpathSync('node_modules'), join(folder, 'node_modules'));
    return folder;
  };

  const change = (folder: string, file: string, before: RegExp, after: string): void => {
    const text = readFileSync(join(folder, file), 'utf8');
    const changed = text.replace(before, after);
    expect(changed).not.toBe(text);
    writeFileSync(join(folder, file), changed);
  };

  /** Milliseconds that several programs may take on a busy machine. */
  const slowest = 120_000;

  const run = (folder: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, ['scripts/schema.ts', ...args], { cwd: folder, encoding: 'utf8' });

  test(
    'a field that is taken out, printed and committed fails it until the changelog names it',
    () => {
      const folder = copy();
      change(folder, 'schema/machine.graphql', /^ {2}"How exposed it is[^"]*"\n {2}exposureLevel: .*\n/m, '');
      expect(run(folder).status).toBe(0);
      const git = (...args: readonly string[]) =>
        spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
      git('init', '-q');
      git('add', 'schema');
      git('commit', '-q', '-m', 'Take it out');

      const refused = run(folder, '--check');
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('Machine.exposureLevel was removed.');

      change(folder, 'CHANGELOG.md', /^## \[Unreleased\]\n/m, '$&\n- Breaking: `Machine.exposureLevel` is gone.\n');
      expect(run(folder, '--check')).toMatchObject({ status: 0, stderr: '' });
    },
    slowest,
  );

  test(
    'a release renews what it compares with',
    () => {
      const folder = copy();
      change(folder, 'schema/machine.graphql', /^ {2}"How exposed it is[^"]*"\n {2}exposureLevel: .*\n/m, '');
      run(folder);
      expect(run(folder, '--release').status).toBe(0);
      expect(run(folder, '--check')).toMatchObject({ status: 0, stderr: '' });
    },
    slowest,
  );
});
