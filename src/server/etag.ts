import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether the document is named, by its id or hash, and not sent as text. */
const namesDocument = (url: string): boolean => {
  const asked = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  if (!url.includes('?') || asked.has('query')) return false;
  return asked.has('documentId') || asked.has('extensions');
};

/** Compared weakly, and also with `Cache-Control: no-cache`, which `fetch` adds by itself: here it is the origin that is asked. */
const isAmong = (etag: string, named: string | undefined): boolean =>
  (named ?? '').split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));

/** The `ETag` of an answer, and whether who asks has the same already. */
export interface EntityTag {
  readonly etag: string;
  readonly isKnown: boolean;
}

/**
 * The `ETag` of the answer to a `GET` of a document that is named, over its body: who has the same already says so in `If-None-Match`
 * and is answered 304, without the body (RFC 9110 13.1.2). The answer is made all the same, and stays `no-store`: only who asked may
 * keep it. Null: the answer has none.
 */
export const entityTagOf = (
  { method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  status: number,
  body: readonly (string | Uint8Array)[],
): EntityTag | null => {
  if (method !== 'GET' || status !== 200 || !namesDocument(url)) return null;
  const hash = createHash('sha256');
  for (const part of body) hash.update(part);
  const etag = `"${hash.digest('base64url')}"`;
  return { etag, isKnown: isAmong(etag, headers['if-none-match']) };
};
