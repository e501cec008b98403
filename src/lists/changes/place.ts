import { createHash } from 'node:crypto';
import { compareTimes } from '../../domain/time.ts';

/**
 * Where the changes of one type in one tenant stand. Microsoft has no delta queries for security: what changed at or after `from` is
 * read again, and what was told of it is known by its mark, for a change may show later than newer ones do.
 */
export interface ChangePlace {
  readonly from: string;
  readonly given: readonly string[];
}

/** A change as places see it. */
export interface Marked {
  readonly mark: string;
  readonly updatedAt: string;
}

/** Characters of a mark that tell a change from others; the rest says when it was, in seconds. */
const hashLength = 8;
const base = 36;

const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1000);
const secondsIn = (mark: string): number => Number.parseInt(mark.slice(hashLength), base);

/** Tells a change of a thing from its other changes and from those of other things; short, since a cursor has many. */
export const markOf = (id: string, updatedAt: string): string => {
  const hash = createHash('sha256').update(`${id}\n${updatedAt}`).digest('base64url').slice(0, hashLength);
  return `${hash}${secondsOf(updatedAt).toString(base)}`;
};

const earlier = (a: string, b: string): string => (compareTimes(a, b) <= 0 ? a : b);
const later = (a: string, b: string): string => (compareTimes(a, b) >= 0 ? a : b);

/** What was read, and told of it. */
export interface ReadChanges {
  readonly told: readonly Marked[];
  readonly left: readonly Marked[];
  /** The newest change that was read; null: some may be missing at any time, as where an API that has more could not be asked. */
  readonly newest: string | null;
}

/** How far places go. */
export interface PlaceBounds {
  /** ISO 8601. A change of later than now does not draw the place behind it. */
  readonly now: string;
  readonly lookBackMs: number;
  /** Marks at most. */
  readonly marks: number;
}

/**
 * The place once some of what was read is told. It stays behind the newest change, by Microsoft's own times, and before the earliest
 * that is left. Where there are more marks than may be kept, it is looked less far back. Where some changes may be missing it stays.
 */
export const placeBehind = (
  place: ChangePlace,
  { told, left, newest }: ReadChanges,
  { now, lookBackMs, marks }: PlaceBounds,
): ChangePlace => {
  const lookBack = newest === null ? place.from : new Date(Date.parse(earlier(newest, now)) - lookBackMs).toISOString();
  const beforeLeft = (time: string): string => left.reduce((least, { updatedAt }) => earlier(least, updatedAt), time);
  const given = [...new Set([...place.given, ...told.map(({ mark }) => mark)])].toSorted(
    (a, b) => secondsIn(b) - secondsIn(a),
  );
  const cut = newest === null ? undefined : given[marks];
  const afterCut = cut === undefined ? lookBack : later(lookBack, new Date((secondsIn(cut) + 1) * 1000).toISOString());
  const from = later(place.from, beforeLeft(afterCut));
  const since = secondsOf(from);
  return { from, given: given.filter((mark) => secondsIn(mark) >= since) };
};
