import type { ServerResponse } from 'node:http';
import { UpstreamError } from '../../errors.ts';
import { CallerLeftError } from '../deadline.ts';

/** The signal of work that may last as long as something happens. */
export interface Activity {
  /** Fires when the caller leaves, or when nothing has happened for too long. Its reason is what abandoned work throws. */
  readonly signal: AbortSignal;
  /** Something has happened: the time begins anew; `ms`: where it is another one. */
  happened(ms?: number): void;
}

/**
 * Ends an answer that was begun when the signal fires: who takes nothing holds it open otherwise, since what waits for room to write is
 * not woken by a signal.
 */
export const cutWhenOver = (response: ServerResponse, signal: AbortSignal): void => {
  signal.addEventListener('abort', () => response.destroy(), { once: true });
  if (signal.aborted) response.destroy();
};

/** `firstMs` may pass until something happens for the first time, then `idleMs` each time. */
export const createActivity = (
  response: ServerResponse,
  { firstMs, idleMs, what }: { readonly firstMs: number; readonly idleMs: number; readonly what: string },
): Activity => {
  const controller = new AbortController();
  const timerOf = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      const message = `Nothing of ${what} came, or was taken, for ${ms / 1000} seconds`;
      controller.abort(new UpstreamError('UPSTREAM_TIMEOUT', message));
    }, ms);
  let timer = timerOf(firstMs);
  // Fires after a whole answer too: whatever is still open under the signal ends with it.
  response.once('close', () => {
    clearTimeout(timer);
    controller.abort(new CallerLeftError());
  });
  return {
    signal: controller.signal,
    happened: (ms = idleMs) => {
      clearTimeout(timer);
      if (!controller.signal.aborted) timer = timerOf(ms);
    },
  };
};
