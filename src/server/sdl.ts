import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../schema/', import.meta.url);

/** Printed wholes, for readers and checks: the schema as it is, and as it was released. */
const printed: ReadonlySet<string> = new Set(['schema.graphql', 'released.graphql']);

/** The SDL's files in name order. */
export const readSdl = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.graphql') && !printed.has(name))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
