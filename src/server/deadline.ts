import type { ServerResponse } from 'node:http';
import { UpstreamError } from '../errors.ts';
import { createUnderWay } from '../under-way.ts';

/** The reason of a signal that fired because the caller closed the connection: nobody waits for the answer. */
export class CallerLeftError extends Error {
  override readonly name = 'CallerLeftError';

  constructor() {
    super('The caller closed the connection before the answer was sent');
  }
}

/** Makes the signal of a request. */
export type RequestSignal = (response: ServerResponse, timeoutMs: number) => AbortSignal;

/**
 * Signals for all work of one request. One fires when the caller leaves, `timeoutMs` after it was made, or with `lastMoment`, and never
 * once the answer is sent. Its reason is what abandoned work should throw.
 */
export const createRequestSignals = (lastMoment?: AbortSignal): RequestSignal => {
  // One listener for all: a signal made of several costs each request more than all else that it has.
  const open = createUnderWay<AbortController>();
  lastMoment?.addEventListener('abort', () => {
    for (const controller of open.all()) controller.abort(lastMoment.reason);
  });
  return (response, timeoutMs) => {
    const controller = new AbortController();
    if (lastMoment?.aborted) controller.abort(lastMoment.reason);
    const over = open.begin(controller);
    const timer = setTimeout(() => {
      over();
      controller.abort(
        new UpstreamError(
          'UPSTREAM_TIMEOUT',
          `The request took longer than its deadline of ${timeoutMs / 1000} seconds`,
        ),
      );
    }, timeoutMs);
    response.once('close', () => {
      clearTimeout(timer);
      over();
      if (!response.writableFinished) controller.abort(new CallerLeftError());
    });
    return controller.signal;
  };
};
