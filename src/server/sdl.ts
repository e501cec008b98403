import { readdirSync, readFileSync } from 'node:fs';
import { type ExpandedSdl, expandSdl } from './sdl/expand.ts';
import { inOrderOfUse } from './sdl/order.ts';

export type { ExpandedSdl } from './sdl/expand.ts';
export { asksUpstream, type Cost } from './sdl/short-forms.ts';

const folder = new URL('../../schema/', import.meta.url);

/** Printed wholes, for readers and checks: the schema as it is, and as it was released. */
const printed: ReadonlySet<string> = new Set(['schema.graphql', 'released.graphql']);

let read: ExpandedSdl | undefined;

/** The SDL of the folder `schema` in the order of use, its short forms written out. It is a part of the program: read once. */
export const readSdl = (): ExpandedSdl => {
  read ??= expandSdl(
    inOrderOfUse(readdirSync(folder).filter((name) => name.endsWith('.graphql') && !printed.has(name))).map((name) =>
      readFileSync(new URL(name, folder), 'utf8'),
    ),
  );
  return read;
};
