/**
 * Counting over a sliding window by two fixed ones: what the window before held counts with the share of it that the sliding
 * window still covers, as if it had come evenly. It needs two numbers a caller, and none per request.
 *
 * Its error is known. No fixed window lets more than `limit` through. Within an interval of length L, not longer than a
 * window, it may be `limit × (1 + L / windowMs)`: of a burst right before a boundary less and less is held against the
 * caller after it. A burst across a boundary, at which fixed windows alone let twice the limit through, gets nothing extra.
 * Requests that come evenly are let through up to one a window less than the limit.
 */

/** Length of a window. */
export const windowMs = 60_000;

/** What was counted of a caller. */
export interface WindowCounts {
  /** In the window before. */
  readonly previous: number;
  /** In this window so far. */
  readonly counted: number;
  /** Since this window began; below `windowMs`. */
  readonly elapsedMs: number;
}

/** Number of the window that holds a time, and how much of it is gone. Clocks of replicas may differ by as much as they do. */
export const windowAt = (nowMs: number): { readonly index: number; readonly elapsedMs: number } => {
  const index = Math.floor(nowMs / windowMs);
  return { index, elapsedMs: nowMs - index * windowMs };
};

/**
 * Milliseconds until `count` more, itself at most `limit`, are within the limit, if nobody else asks meanwhile; 0: they are
 * now. Whole numbers throughout: no rounding decides.
 */
export const waitMs = ({ previous, counted, elapsedMs }: WindowCounts, limit: number, count: number): number => {
  const leftMs = windowMs - elapsedMs;
  const room = limit - count - counted;
  if (room >= 0) return Math.max(0, leftMs - coverableMs(room, previous));
  return leftMs + windowMs - coverableMs(limit - count, counted);
};

/** How much of the window before may be covered for its `count` to weigh no more than `room`. */
const coverableMs = (room: number, count: number): number =>
  count === 0 ? windowMs : Math.min(windowMs, Math.floor((room * windowMs) / count));
