import { compareTimes } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import { codeOf } from './kql-text.ts';
import type { HuntParameter } from './parameters.ts';

/** The time that a query is about, and into how many parts it is cut. */
export interface HuntTime {
  readonly since?: string | null | undefined;
  readonly until?: string | null | undefined;
  readonly windows?: number | undefined;
}

/** Windows of one question, each of which is a call a tenant. */
const mostWindows = 100;

/** A part of the time, as values that the query has by their names. */
export type HuntWindow = readonly HuntParameter[];

const names = ['since', 'until'] as const;

/** Ticks of 100 ns, which Microsoft's times have: what is at the end of a window is in no other one. */
const beforeMs = (ms: number): string => new Date(ms - 1).toISOString().replace('Z', '9999Z');

/** The same time in parts of one length, the earliest first. */
const cut = (since: string, until: string, windows: number): readonly HuntWindow[] => {
  const [begin, end] = [Date.parse(since), Date.parse(until)];
  const borders = Array.from({ length: windows - 1 }, (_, index) =>
    Math.round(begin + ((end - begin) * (index + 1)) / windows),
  );
  return Array.from({ length: windows }, (_, index) => {
    const [from, to] = [borders[index - 1], borders[index]];
    return [
      { name: 'since', datetime: from === undefined ? since : new Date(from).toISOString() },
      { name: 'until', datetime: to === undefined ? until : beforeMs(to) },
    ];
  });
};

/** Throws where a time is said that the query would not heed: it would widen the question, or ask the same in each window. */
const checkHeeded = (query: string): void => {
  const code = codeOf(query);
  const missing = names.filter((name) => typeof code === 'string' && !new RegExp(`\\b${name}\\b`).test(code));
  if (missing.length > 0)
    throw new InputError(
      `query: it does not name ${missing.join(' and ')}, which since, until and windows bind: write e.g. | where Timestamp between (since .. until)`,
      { field: 'query' },
    );
};

/** The windows of a query, one after the other; one without values where no time is said. */
export const windowsOf = (
  query: string,
  { since, until, windows = 1 }: HuntTime,
  now: number,
): readonly HuntWindow[] => {
  if (!Number.isInteger(windows) || windows < 1 || windows > mostWindows)
    throw new InputError(`windows: ${windows} is not between 1 and ${mostWindows}`, { field: 'windows' });
  if (since == null) {
    if (until != null || windows > 1)
      throw new InputError('since: until and windows need a beginning', { field: 'since' });
    return [[]];
  }
  const end = until ?? new Date(now).toISOString();
  if (compareTimes(since, end) >= 0) throw new InputError('since: it is not before until', { field: 'since' });
  checkHeeded(query);
  return cut(since, end, windows);
};
