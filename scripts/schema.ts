/**
 * The whole graph in one file, for readers, clients and reviews: `schema/schema.graphql`.
 *   node scripts/schema.ts                       writes it
 *   node scripts/schema.ts --check [--base REF]  fails when it is out of date, when anything lacks a description, or when
 *                                                callers of the file at REF (HEAD) would break and CHANGELOG.md does not say so
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from '../src/server/schema.ts';
import { announcesBreak, breakingChanges, committed } from './schema/changes.ts';
import { undescribed } from './schema/descriptions.ts';

const file = 'schema/schema.graphql';
const changelog = 'CHANGELOG.md';

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, base: { type: 'string', default: 'HEAD' } },
});

const schema = lexicographicSortSchema(createSchema());
const printed = `# Printed by scripts/schema.ts from the other files of this folder: change those.\n\n${printSchema(schema)}\n`;

/** Everything that keeps the schema from being committed, each with its remedy. */
const faults = (): readonly string[] => {
  const bare = undescribed(schema);
  const before = committed(values.base, file);
  const breaks = before === undefined ? [] : breakingChanges(before, schema);
  const announced = existsSync(changelog) && announcesBreak(readFileSync(changelog, 'utf8'));
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return [
    ...(current === printed ? [] : [`${file} is out of date: run "npm run schema"`]),
    ...bare.map((coordinate) => `${coordinate} has no description`),
    ...(announced
      ? []
      : breaks.map((change) => `${change} Say so in ${changelog}, "- Breaking: ..." under Unreleased`)),
  ];
};

if (values.check) {
  const found = faults();
  for (const fault of found) process.stderr.write(`${fault}\n`);
  process.stdout.write(found.length === 0 ? `${file} is up to date\n` : `${found.length} faults in the schema\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
} else {
  writeFileSync(file, printed);
  process.stdout.write(`${file} written\n`);
}
