import type { IncomingMessage, ServerResponse } from 'node:http';
import { entityTagOf } from './etag.ts';
import type { VerbatimLists } from './verbatim.ts';

/** An answer to a request for the graph, as it is before the text of lists takes its place in it. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly text: string;
}

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

/** Answers that go out once the event loop has handled all that is there. */
let ending: (() => void)[] = [];

/**
 * Each write to a socket wakes up who waits behind it, which costs more than many an answer does: answers that are ready at the same moment
 * go out one right after the other.
 */
const withOthersReady = (send: () => void): void => {
  if (ending.push(send) > 1) return;
  setImmediate(() => {
    const all = ending;
    ending = [];
    for (const one of all) one();
  });
};

/** Characters up to which an answer is short. */
const shortAnswer = 16_384;

/** The one place that writes answers of the graph: headers, `ETag`, and the text of lists in its place. */
export const sendAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, text }: Answer,
  lists: Pick<VerbatimLists, 'partsOf'>,
): void => {
  const parts = lists.partsOf(text);
  const tag = entityTagOf(request, status, parts);
  if (tag !== null) response.setHeader('etag', tag.etag);
  response.statusCode = tag?.isKnown ? 304 : status;
  for (const [name, value] of headers) if (name !== 'content-type' || !tag?.isKnown) response.setHeader(name, value);
  if (tag?.isKnown) {
    response.end();
    return;
  }
  const [only] = parts;
  if (only !== undefined && parts.length === 1) {
    // A short one goes out in one piece with its headers; a long one is not made into bytes a second time, after they were counted.
    const body = only.length > shortAnswer ? Buffer.from(only) : only;
    response.setHeader('content-length', Buffer.byteLength(body));
    withOthersReady(() => response.end(body));
    return;
  }
  response.setHeader(
    'content-length',
    parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0),
  );
  void pour(response, parts);
};
