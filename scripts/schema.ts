/**
 * The whole graph in one file, for readers, clients and reviews: `schema/schema.graphql`, in the order of use that GraphiQL shows.
 *   node scripts/schema.ts             writes it
 *   node scripts/schema.ts --check     fails when it is out of date, when anything lacks a price, or when callers
 *                                      of the last release (`schema/released.graphql`) would break and CHANGELOG.md
 *                                      does not name it
 *   node scripts/schema.ts --release   keeps it as the schema of the version in package.json
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printSchema } from 'graphql';
import { z } from 'zod';
import { createSchema } from '../src/server/schema.ts';
import { readSdl } from '../src/server/sdl.ts';
import { announces, breakingChanges } from './schema/changes.ts';
import { unpriced } from './schema/prices.ts';

const file = 'schema/schema.graphql';
const releasedFile = 'schema/released.graphql';
const changelogFile = 'CHANGELOG.md';

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, release: { type: 'boolean', default: false } },
});

const schema = createSchema();
const body = printSchema(schema);
const printed = `# Printed by scripts/schema.ts from the other files of this folder: change those.\n\n${body}\n`;

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Everything that keeps the schema from being committed, each with its remedy. */
const faults = (): readonly string[] => {
  const released = textOf(releasedFile);
  if (released === '') return [`${releasedFile} is not there: nothing tells what callers rely on`];
  const changelog = textOf(changelogFile);
  const { costs, entities } = readSdl();
  return [
    ...(textOf(file) === printed ? [] : [`${file} is out of date: run "npm run schema"`]),
    ...unpriced(schema, costs, entities).map(
      (coordinate) =>
        `${coordinate} may lead upstream and has no @cost: say calls, or gathered; where it asks nobody, "@cost" alone`,
    ),
    ...breakingChanges(released, schema)
      .filter((change) => !announces(changelog, change))
      .map(
        ({ description, names }) =>
          `${description} Say so in ${changelogFile}, under Unreleased: "- Breaking: \`${names[0]}\` ..."`,
      ),
  ];
};

const write = (path: string, text: string): void => {
  writeFileSync(path, text);
  process.stdout.write(`${path} written\n`);
};

if (values.check) {
  const found = faults();
  for (const fault of found) process.stderr.write(`${fault}\n`);
  process.stdout.write(
    found.length === 0
      ? `${file} is up to date\n`
      : `${found.length} ${found.length === 1 ? 'fault' : 'faults'} in the schema\n`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
} else if (values.release) {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
  write(
    releasedFile,
    `# The schema of release ${version}, to which changes are compared. Written by "npm run schema:release".\n\n${body}\n`,
  );
} else {
  write(file, printed);
}
