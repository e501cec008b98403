import type { ApiName } from '../clouds/endpoints.ts';
import { sortableTime } from '../domain/time.ts';
import type { TenantPlace } from './places.ts';

/** A place that is written only when it is asked for: a row keeps one of these, and it costs a few words. */
export type Mark = () => TenantPlace | undefined;

/** A row that is passed. */
export interface PassedRow {
  readonly id: string;
  /** Null: it has none. */
  readonly time: string | null;
  /** Microsoft's rows before what follows it, in lists without an order. */
  readonly skip: number | undefined;
}

/** Where a list stands while its rows are passed. */
export interface Position {
  pass(row: PassedRow): void;
  /** The place behind the rows passed so far; it gives `undefined` at the start. */
  mark(): Mark;
}

/** Later than any row: the boundary before a row with a time was seen. */
const endOfTime = '9999-12-31T23:59:59Z';

const keyOf = (time: string): string => sortableTime(time) ?? time;

/** The place in a list that is newest first. `firstTime`: of the first row at hand; what comes later stays out. */
export const timePosition = (api: ApiName, from: TenantPlace | undefined, firstTime: string | null): Position => {
  const before = from?.kind === 'time' ? from : { notAfter: firstTime ?? endOfTime, given: [], undated: [] };
  let begun = from !== undefined || firstTime !== null;
  let { notAfter } = before;
  let boundary = keyOf(notAfter);
  // Both lists only grow, and marks remember how long they were.
  let given: string[] = [...before.given];
  const undated: string[] = [...before.undated];
  return {
    pass: ({ id, time }) => {
      begun = true;
      const key = time === null ? null : sortableTime(time);
      if (time === null || key === null) {
        undated.push(id);
      } else if (key === boundary) {
        given.push(id);
      } else if (key < boundary) {
        notAfter = time;
        boundary = key;
        given = [id];
      }
    },
    mark: () => {
      if (!begun) return () => undefined;
      const at = { notAfter, given, count: given.length, undatedCount: undated.length };
      return () => ({
        kind: 'time',
        api,
        notAfter: at.notAfter,
        given: at.given.slice(0, at.count),
        undated: undated.slice(0, at.undatedCount),
      });
    },
  };
};

/** Ids before an offset that a place keeps: rows that come in meanwhile push as many of them behind it. */
const idsBeforeSkip = 10;

/** The place in a list without an order. */
export const skipPosition = (api: ApiName, from: TenantPlace | undefined): Position => {
  let place = from;
  const given: string[] = from?.kind === 'skip' ? [...from.given] : [];
  return {
    pass: ({ id, skip }) => {
      given.push(id);
      if (skip !== undefined) place = { kind: 'skip', api, skip, given: [] };
    },
    mark: () => {
      const at = place;
      const count = given.length;
      const last = (): readonly string[] => given.slice(Math.max(0, count - idsBeforeSkip), count);
      return () => (at?.kind === 'skip' ? { ...at, given: last() } : at);
    },
  };
};

/** The place behind further rows. */
export const placeAfter = (place: TenantPlace, rows: readonly PassedRow[]): TenantPlace | undefined => {
  const position = place.kind === 'time' ? timePosition(place.api, place, null) : skipPosition(place.api, place);
  for (const row of rows) position.pass(row);
  return position.mark()();
};

/** The place in a list without an order whose pages are sorted here. */
export interface PagePosition extends Position {
  /** A page begins, behind so many of Microsoft's rows; `before`: the last of them, where they are known. */
  begin(skip: number, before?: readonly string[]): void;
  /** Whether the row was passed before the list was opened here. */
  isPast(id: string): boolean;
}

/** Ids of the page before that a place keeps: rows that come in meanwhile push as many of them into the next page. */
const idsKept = 300;

/** A row of a page is told by its id, since the order of the page is not Microsoft's. */
export const pagePosition = (api: ApiName, from: TenantPlace | undefined): PagePosition => {
  const past: ReadonlySet<string> = new Set(from?.kind === 'page' ? from.given : []);
  let skip = from === undefined || from.kind === 'time' ? 0 : from.skip;
  let before = from?.kind === 'page' ? from.before : [];
  let given: string[] = [...past];
  return {
    begin: (at, last) => {
      skip = at;
      if (last !== undefined && last.length > 0) before = last.slice(-idsBeforeSkip);
      given = given.slice(-idsKept);
    },
    isPast: (id) => past.has(id),
    pass: ({ id }) => {
      given.push(id);
    },
    mark: () => {
      const at = { skip, before, given, count: given.length };
      return () => ({ kind: 'page', api, skip: at.skip, given: at.given.slice(0, at.count), before: at.before });
    },
  };
};
