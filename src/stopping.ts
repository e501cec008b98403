import { UpstreamError } from './errors.ts';

/** For parts that are not told when the gateway stops. */
export const neverStops: AbortSignal = new AbortController().signal;

/** Milliseconds before the end of a stop at which what still runs is given up, so that there is time to say so. */
export const givenUpBeforeMs = (graceMs: number): number => Math.min(2000, graceMs / 2);

/** What a question that could not be finished in time is told. */
export const givenUp = (): UpstreamError =>
  new UpstreamError('UPSTREAM_UNAVAILABLE', 'The gateway is stopping, and this was not done in time: ask again', {
    retryAfterSeconds: backInSeconds,
  });

/** Seconds after which who was sent away by a gateway that stops may ask again: another replica, or the same one started anew. */
export const backInSeconds = 5;
