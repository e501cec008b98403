import type { ServerResponse } from 'node:http';
import { UpstreamError } from '../errors.ts';

/** The reason of a signal that fired because the caller closed the connection: nobody waits for the answer. */
export class CallerLeftError extends Error {
  override readonly name = 'CallerLeftError';

  constructor() {
    super('The caller closed the connection before the answer was sent');
  }
}

/**
 * A signal for all work of one request. It fires when the caller leaves, or `timeoutMs` after now, and never once the
 * answer is sent. Its reason is what abandoned work should throw.
 */
export const requestSignal = (response: ServerResponse, timeoutMs: number): AbortSignal => {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      new UpstreamError('UPSTREAM_TIMEOUT', `The request took longer than its deadline of ${timeoutMs / 1000} seconds`),
    );
  }, timeoutMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) controller.abort(new CallerLeftError());
  });
  return controller.signal;
};
