import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request of any route; its body once it was read. */
export type HttpRequest = IncomingMessage & { body?: unknown };

/** One step of a request: answers it, calls `next`, or throws what is answered instead. Express runs it, too. */
export type Handler = (
  request: HttpRequest,
  response: ServerResponse,
  next: (thrown?: unknown) => void,
) => void | Promise<void>;

/** Runs handlers in their order; what one throws, or hands to `next`, goes to `failed`. */
export const chained =
  (
    handlers: readonly Handler[],
    failed: (thrown: unknown, request: HttpRequest, response: ServerResponse) => void,
  ): ((request: HttpRequest, response: ServerResponse) => void) =>
  (request, response) => {
    const fail = (thrown: unknown): void => failed(thrown, request, response);
    const step = (at: number): void => {
      const handler = handlers[at];
      const next = (thrown?: unknown): void => {
        if (thrown === undefined) step(at + 1);
        else fail(thrown);
      };
      try {
        if (handler === undefined) throw new Error('No step has answered the request');
        handler(request, response, next)?.catch(fail);
      } catch (thrown) {
        fail(thrown);
      }
    };
    step(0);
  };
