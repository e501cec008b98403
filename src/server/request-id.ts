import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Handler } from './chain.ts';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Header that carries the id in both directions. */
export const requestIdHeader = 'x-request-id';

/** Gives each request an id, and tells it to whatever runs on the request's behalf. */
export interface RequestIds {
  /** To be the first of all: reads or makes the id and echoes it in the answer. */
  readonly middleware: Handler;
  /** Id of the request on whose behalf the code runs; `undefined` outside of one. */
  current(): string | undefined;
}

/**
 * The caller's own id is kept when it is a GUID, so that their log and ours agree. Anything else is not taken over: the id
 * goes into logs and into headers upstream.
 */
export const createRequestIds = (): RequestIds => {
  const ids = new AsyncLocalStorage<string>();
  return {
    middleware: (request, response, next) => {
      const given = request.headers[requestIdHeader];
      const id = typeof given === 'string' && guid.test(given) ? given.toLowerCase() : randomUUID();
      response.setHeader(requestIdHeader, id);
      ids.run(id, next);
    },
    current: () => ids.getStore(),
  };
};
