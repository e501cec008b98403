const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?)?(?:Z|([+-])(\d{2}):(\d{2}))?$/i;

/**
 * An ISO 8601 time as UTC text with exactly seven fractional digits, so that plain text order is time order. Milliseconds
 * of a `Date` would lose the last four digits, and pollers compare at that precision.
 * @returns `null` when the text is no time.
 */
export function comparableTime(text: string): string | null {
  const parts = isoTime.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, offsetHour, offsetMinute] =
    parts;
  const offsetMinutes = (sign === '-' ? -1 : 1) * (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0));
  const seconds = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute) - offsetMinutes,
    Number(second),
  );
  if (Number.isNaN(seconds)) return null;
  return `${new Date(seconds).toISOString().slice(0, 19)}.${fraction.padEnd(7, '0').slice(0, 7)}Z`;
}
