/** Microsoft's times have up to 7 fractional digits; `Date` keeps 3. */
const utc = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,7}))?Z$/;

const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Whether the calendar has the day: `Date.parse` takes the 30th of February for the 2nd of March. */
const isDay = (time: string): boolean =>
  new Date(`${time.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(time.slice(8, 10));

/**
 * A moment as people write it, ISO 8601 with its zone, or a day alone, which is its first moment in UTC; with the digits as
 * they were given. `null`: it is none, or on no calendar.
 */
export const readMoment = (text: string): string | null => {
  if (!moment.test(text) || Number.isNaN(Date.parse(text)) || !isDay(text)) return null;
  return text.includes('T') ? text : `${text}T00:00:00Z`;
};

/** A text that sorts as the time does: UTC, always 7 fractional digits. Unreadable times are `null`. */
export const sortableTime = (time: string): string | null => {
  const match = utc.exec(time);
  if (match?.[1] !== undefined) return `${match[1]}.${(match[2] ?? '').padEnd(7, '0')}Z`;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
};

/** Negative when `a` is earlier; times that are absent or unreadable are earliest of all. */
export const compareTimes = (a: string | null, b: string | null): number => {
  const left = a === null ? null : sortableTime(a);
  const right = b === null ? null : sortableTime(b);
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
};
