import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type RequestHandler } from 'express';

/**
 * JSON between systems is UTF-8 (https://www.rfc-editor.org/rfc/rfc8259#section-8.1). Express would take any Unicode, UTF-7
 * included, in which text can hide from whoever looks at the request on its way.
 */
const refuseOtherCharsets = (
  _request: IncomingMessage,
  _response: ServerResponse,
  _body: Buffer,
  charset: string,
): void => {
  if (charset !== 'utf-8') throw Object.assign(new Error(`JSON in ${charset}`), { type: 'charset.unsupported' });
};

/** Reads a body of JSON of at most so many bytes, unpacked. */
export const jsonBody = (bodyBytes: number): RequestHandler =>
  express.json({ limit: bodyBytes, verify: refuseOtherCharsets });
