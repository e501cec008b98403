import { randomUUID } from 'node:crypto';
import type { HuntRowsText } from '../domain/hunt.ts';

/** Makes a list of the answer out of the text of its items, parted by commas, each with one behind it. It stands in the answer once. */
export type Verbatim = (items: HuntRowsText) => readonly unknown[];

/** The lists of one answer whose text is at hand. */
export interface VerbatimLists {
  readonly put: Verbatim;
  /** The parts of the answer in their order: its text, and the lists in their places. They are given once, and forgotten. */
  partsOf(text: string): (string | Uint8Array)[];
}

const partsWith = (text: string, lists: Map<string, readonly Uint8Array[]>): (string | Uint8Array)[] => {
  const parts: (string | Uint8Array)[] = [];
  const found = [...lists.keys()]
    .map((name) => ({ name, at: text.indexOf(`"${name}"`) }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at);
  let copied = 0;
  for (const { name, at } of found) {
    parts.push(text.slice(copied, at));
    const chunks = lists.get(name) ?? [];
    // Behind the last item there is no comma.
    for (const [index, chunk] of chunks.entries())
      parts.push(index < chunks.length - 1 ? chunk : chunk.subarray(0, -1));
    copied = at + name.length + 2;
  }
  parts.push(text.slice(copied));
  lists.clear();
  return parts;
};

/**
 * Lists whose text is at hand, as of a hunt of 100,000 rows, are not made into values only to be made into text again: in their
 * place stands a word that nobody knows, and when the answer is sent, the text takes it.
 */
export const createVerbatimLists = (): VerbatimLists => {
  const lists = new Map<string, readonly Uint8Array[]>();
  return {
    put: ({ count, chunks }) => {
      if (count === 0) return [];
      const name = randomUUID();
      lists.set(name, chunks);
      return [{ toJSON: () => name }];
    },
    partsOf: (text) => (lists.size === 0 ? [text] : partsWith(text, lists)),
  };
};
