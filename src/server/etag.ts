import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Whether the document is named, by its id or hash, and not sent as text. */
const namesDocument = (url: string): boolean => {
  const asked = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  if (!url.includes('?') || asked.has('query')) return false;
  return asked.has('documentId') || asked.has('extensions');
};

/** Compared weakly. Express would not, with `Cache-Control: no-cache`, which `fetch` adds by itself: here it is the origin that is asked. */
const isAmong = (etag: string, named: string | undefined): boolean =>
  (named ?? '').split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));

/**
 * Gives the answer to a `GET` of a document that is named an `ETag` over its body: who has the same already says so in `If-None-Match` and
 * is answered 304, without the body (RFC 9110 13.1.2). The answer is made all the same, and stays `no-store`: only who asked may keep it.
 */
export const etags: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' || !namesDocument(request.originalUrl)) return next();
  const send = response.send.bind(response);
  response.send = (body) => {
    if (response.statusCode !== 200 || typeof body !== 'string') return send(body);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    response.setHeader('etag', etag);
    if (!isAmong(etag, request.get('if-none-match'))) return send(body);
    response.removeHeader('content-type');
    response.removeHeader('content-length');
    return response.status(304).end();
  };
  next();
};
