/**
 * Moments as text: Microsoft's have up to 7 fractional digits, of which a `Date` keeps 3. OData allows 12, and so do we.
 */

const day = String.raw`(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))`;
const minute = String.raw`((?:[01]\d|2[0-3]):[0-5]\d)`;

/** Day, hours and minutes, seconds, fraction, zone. */
const asWritten = new RegExp(`^${day}(?:T${minute}(?::([0-5]\\d)(?:\\.(\\d{1,12}))?)?(Z|[+-]${minute}))?$`);

/** As some services print it besides: a space for the `T`, lower case, a comma, any number of digits, no zone. */
const asSent = new RegExp(
  `^${day}(?:[Tt ]${minute}(?::([0-5]\\d)(?:[.,](\\d+))?)?\\s?([Zz]|[+-]\\d{2}(?::?\\d{2})?)?)?$`,
);

/** What the gateway gives out, and what Microsoft sends nearly always. */
const inUtc = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,12})?Z$/;

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const twoDigits = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

/** Whether the calendar has the day that a text begins with: `Date.parse` takes the 30th of February for the 2nd of March. */
const isDay = (date: string): boolean => {
  const day = twoDigits(date, 8);
  if (day <= 28) return true;
  const month = twoDigits(date, 5);
  return day <= (daysOfMonths[month - 1] ?? 0) || (month === 2 && day === 29 && isLeapYear(Number(date.slice(0, 4))));
};

/**
 * A moment as people write it, ISO 8601 with its zone, or a day alone, which is its first moment in UTC; with the digits as
 * they were given. `null`: it is none, or on no calendar.
 */
export const readMoment = (text: string): string | null => {
  const match = asWritten.exec(text);
  if (match?.[1] === undefined || !isDay(match[1])) return null;
  return match[2] === undefined ? `${text}T00:00:00Z` : text;
};

/** Minutes east of UTC: `+02:00`, `-0530`, `+02`; 0 for `Z` and for no zone, which is UTC in every one of the APIs. */
const offsetOf = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return zone.startsWith('-') ? -minutes : minutes;
};

/**
 * A moment as a service sent it, in the one form that the gateway gives out and takes back: UTC, `2026-01-31T08:00:00.1234567Z`,
 * with all its digits (up to 12). A time without a zone is UTC. `null`: it is none, on no calendar, or beyond the year 9999.
 */
export const utcMoment = (text: string): string | null => {
  if (inUtc.test(text)) return isDay(text) ? text : null;
  const match = asSent.exec(text);
  const date = match?.[1];
  if (match === null || date === undefined || !isDay(date)) return null;
  const [, , clock = '00:00', seconds = '00', digits, zone] = match;
  const fraction = digits === undefined ? '' : `.${digits.slice(0, 12)}`;
  const offset = offsetOf(zone);
  if (offset === 0) return `${date}T${clock}:${seconds}${fraction}Z`;
  const shifted = new Date(Date.parse(`${date}T${clock}:${seconds}Z`) - offset * 60_000).toISOString();
  return shifted.length === 24 ? `${shifted.slice(0, 19)}${fraction}Z` : null;
};

/** A text that sorts as the time does: UTC, without the zeros at its end. Unreadable times are `null`. */
export const sortableTime = (time: string): string | null => {
  const utc = utcMoment(time);
  if (utc === null) return null;
  const dot = utc.length > 20 ? 19 : utc.length;
  let end = utc.length - 1;
  while (end > dot && utc[end - 1] === '0') end -= 1;
  return utc.slice(0, end - 1 === dot ? dot : end);
};

const isUtc = (time: string): boolean => time.endsWith('Z') && time[10] === 'T';

/** Negative when `a` is earlier; times that are absent or unreadable are earliest of all. */
export const compareTimes = (a: string | null, b: string | null): number => {
  if (a === b) return 0;
  // In one form the texts sort as the times do, which spares nearly every comparison of a list the work below.
  if (a !== null && b !== null && a.length === b.length && isUtc(a) && isUtc(b)) return a < b ? -1 : 1;
  const left = a === null ? null : sortableTime(a);
  const right = b === null ? null : sortableTime(b);
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
};
