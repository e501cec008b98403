import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../schema/', import.meta.url);

/** The SDL's files in name order. `schema.graphql` is not among them: it is the printed whole, for readers and checks. */
export const readSdl = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.graphql') && name !== 'schema.graphql')
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
