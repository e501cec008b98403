import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Response } from 'express';
import type { HuntRowsText } from '../domain/hunt.ts';

/** Makes a list of the answer out of the text of its items, parted by commas, each with one behind it. It stands in the answer once. */
export type Verbatim = (items: HuntRowsText) => readonly unknown[];

/** The parts of an answer in their order: text, and lists in its place. */
const partsOf = (text: string, lists: Map<string, readonly Uint8Array[]>): (string | Uint8Array)[] => {
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

/** Settled when more can be written, or nothing can any more. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
  });

/** Writes parts at the pace of who reads them; each is forgotten once it is on its way. */
const pour = async (response: ServerResponse, parts: (string | Uint8Array)[]): Promise<void> => {
  parts.reverse();
  for (let part = parts.pop(); part !== undefined && !response.destroyed; part = parts.pop()) {
    if (!response.write(part)) await drained(response);
  }
  if (!response.destroyed) response.end();
};

/**
 * Lists whose text is at hand, as of a hunt of 100,000 rows, are not made into values only to be made into text again: in their
 * place stands a word that nobody knows, and when the answer is sent, the text takes it. Other answers are sent as ever.
 */
export const createVerbatim = (response: Response): Verbatim => {
  const lists = new Map<string, readonly Uint8Array[]>();
  const takeOver = (): void => {
    const send = response.send.bind(response);
    response.send = (body) => {
      if (typeof body !== 'string') return send(body);
      const parts = partsOf(body, lists);
      if (parts.length === 1) return send(body);
      response.set('content-length', String(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0)));
      void pour(response, parts);
      return response;
    };
  };
  return ({ count, chunks }) => {
    if (count === 0) return [];
    if (lists.size === 0) takeOver();
    const name = randomUUID();
    lists.set(name, chunks);
    return [{ toJSON: () => name }];
  };
};
