import type { ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { asGatewayError, GatewayError, InputError } from '../errors.ts';
import { systemCodeOf } from '../system-code.ts';
import type { HttpRequest } from './chain.ts';
import type { ErrorFormat } from './error-format.ts';
import { headersOf, statusOf } from './http-status.ts';
import { afterBody, leavesBody } from './rest-of-body.ts';

const tooLarge =
  'The request body is too large: it may have limits.bodyBytes, and with the header x-gateway-upload: 1 of a caller who has library:write limits.uploadBytes, which holds a library file of 20 MiB';

/** What Express's parsers refuse, by their error's `type`, in our words. */
const bodyFaults: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  'entity.parse.failed': {
    status: 400,
    message: 'The request body is not valid JSON: send e.g. {"query": "{ viewer { name } }"}',
  },
  'entity.too.large': { status: 413, message: tooLarge },
  'request.aborted': { status: 400, message: 'The request body ended early' },
  'request.size.invalid': { status: 400, message: 'The request body is not as long as its Content-Length says' },
  'charset.unsupported': { status: 415, message: 'The request body must be UTF-8' },
  'encoding.unsupported': { status: 415, message: 'The content encoding of the request body is not supported' },
};

/** A fault found outside of Apollo, with the HTTP status of its answer. */
interface HttpFault {
  readonly status: number;
  readonly error: GatewayError;
}

/** What zlib says of a packed body that is broken or ends early. */
const isUnpackFault = (thrown: unknown): boolean => /^(Z_|ERR_ZLIB|ERR__ERROR)/.test(systemCodeOf(thrown));

/** What a request says whose client hung up while it sent the body: nobody's fault here. */
const hasLeft = (thrown: unknown): boolean =>
  thrown instanceof Error && systemCodeOf(thrown) === 'ECONNRESET' && thrown.message === 'aborted';

const faultOf = (thrown: unknown): HttpFault => {
  if (thrown instanceof GatewayError) return { status: statusOf(thrown.code), error: thrown };
  const type = thrown instanceof Error && 'type' in thrown ? String(thrown.type) : '';
  const fault = bodyFaults[type];
  if (fault !== undefined) return { status: fault.status, error: new InputError(fault.message, {}, thrown) };
  if (hasLeft(thrown)) {
    return { status: 400, error: new InputError(bodyFaults['request.aborted']?.message ?? '', {}, thrown) };
  }
  if (isUnpackFault(thrown)) {
    return { status: 400, error: new InputError('The request body cannot be unpacked', {}, thrown) };
  }
  if (thrown instanceof URIError) return { status: 400, error: new InputError('The URL is malformed', {}, thrown) };
  return { status: 500, error: asGatewayError(thrown) };
};

/**
 * Last of all handlers: answers whatever another threw or passed to `next` with GraphQL's error form, so that a client
 * finds a code in the same place whichever layer refused.
 */
export const answerError =
  (formatError: ErrorFormat): ErrorRequestHandler =>
  (thrown, request, response, next) => {
    // Half an answer is out: only closing the connection tells the client that it is not whole.
    if (response.headersSent) return next(thrown);
    const { status, error } = faultOf(thrown);
    for (const [name, value] of headersOf(error)) response.setHeader(name, value);
    sendGraphql(request, response.status(status), { errors: [formatError({ message: error.message }, error)] });
  };

/** The same for a request that did not come through Express. */
export const answerDirectly = (
  formatError: ErrorFormat,
): ((thrown: unknown, request: HttpRequest, response: ServerResponse) => void) => {
  const faults = new WeakMap<object, unknown>();
  const app = express().disable('x-powered-by');
  app.use((request, _response, next) => next(faults.get(request) ?? new Error('A step failed without an error')));
  app.use(answerError(formatError));
  return (thrown, request, response) => {
    faults.set(request, thrown);
    app(request, response);
  };
};

/** A GraphQL answer in the media type that the client prefers. */
const sendGraphql = (request: Request, response: Response, body: unknown): void => {
  const type = request.accepts(['application/json', 'application/graphql-response+json']) || 'application/json';
  response.setHeader('content-type', `${type}; charset=utf-8`);
  const text = JSON.stringify(body);
  if (!leavesBody(request)) {
    response.end(text);
    return;
  }
  response.setHeader('connection', 'close');
  // Of nobody known, to another host, or when there is no room, not a byte more is read.
  if (response.statusCode !== 413) {
    response.end(text);
    return;
  }
  response.setHeader('content-length', Buffer.byteLength(text));
  response.write(text);
  afterBody(request, () => response.end());
};
