/**
 * Takes out of `node_modules` what a running gateway never loads: the packages that only GraphiQL's sources need. The
 * gateway serves GraphiQL as the browser bundle inside its package, where all of them are already. Which ones they are
 * follows from the lock file: what cannot be reached from our dependencies without going through `graphiql`.
 */
import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';

const bundled = 'node_modules/graphiql';

const names = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
    }),
  ),
});

const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

/** Where Node would find `name` from the package in `from`: in its own `node_modules`, else in those above it. */
const placeOf = (name: string, from: string): string | undefined => {
  const own = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[own] !== undefined) return own;
  if (from === '') return undefined;
  const parent = from.lastIndexOf('/node_modules/');
  return placeOf(name, parent === -1 ? '' : from.slice(0, parent));
};

const needed = new Set<string>();
const need = (place: string): void => {
  if (needed.has(place)) return;
  needed.add(place);
  const found = packages[place];
  if (place === bundled || found === undefined) return;
  for (const name of Object.keys({ ...found.peerDependencies, ...found.optionalDependencies, ...found.dependencies })) {
    const next = placeOf(name, place);
    if (next !== undefined) need(next);
  }
};
need('');

const spare = Object.keys(packages).filter((place) => !needed.has(place));
for (const place of spare) rmSync(place, { recursive: true, force: true });
process.stdout.write(`${needed.size - 1} packages are needed, ${spare.length} others are taken out\n`);
