import { InputError } from '../errors.ts';

/**
 * The only place where a value becomes KQL text. Microsoft's hunting APIs take no parameters, so values are rendered as
 * literals: text always in double quotes, everything else parsed and printed anew, never pasted
 * (learn.microsoft.com/kusto/query/scalar-data-types).
 */

/**
 * What must not stand in a literal as it is: the quote and the backslash, control characters (a raw line break ends the
 * literal), and the two line ends of Unicode.
 */
const unsafe = /["\\\p{Cc}\u2028\u2029\ufeff]/gu;

const escaped = (character: string): string =>
  character === '"' || character === '\\'
    ? `\\${character}`
    : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text. Half a surrogate pair is no text: it has no form in UTF-8. */
export const stringLiteral = (value: string): string => {
  if (!value.isWellFormed()) throw new InputError('A text with half a surrogate pair cannot be sent');
  return `"${value.replace(unsafe, escaped)}"`;
};

/** For `in (name)` and `has_any (name)`. */
export const stringsLiteral = (values: readonly string[]): string =>
  `dynamic([${values.map(stringLiteral).join(', ')}])`;

/** Beyond it no whole number of KQL's is. */
const longest = 2 ** 63;

/** A `long` when it is whole, else a `real`. Of a whole number beyond 2^53, such as the id of a process, digits are lost already. */
export const numberLiteral = (value: number): string => {
  if (!Number.isFinite(value)) throw new InputError(`${value} is not a number that KQL can hold`);
  if (Number.isSafeInteger(value)) return `long(${value === 0 ? 0 : value})`;
  if (Number.isInteger(value) && Math.abs(value) <= longest) {
    throw new InputError(
      'A whole number beyond 2^53 loses its last digits on its way here: give it as text, and use tolong() in the query',
    );
  }
  return `real(${value})`;
};

/** `true` or `false`. */
export const booleanLiteral = (value: boolean): string => (value ? 'true' : 'false');

/** `value`: ISO 8601 with a zone. An empty `datetime()` would mean now. Ticks beyond milliseconds are kept. */
export const datetimeLiteral = (value: string): string => {
  const moment = new Date(value);
  // A zone may lead beyond the last year that KQL has.
  if (!/^\d{4}-\d{2}-\d{2}T/.test(value) || Number.isNaN(moment.getTime()) || moment.toISOString().length > 24) {
    throw new InputError(`"${value.slice(0, 80)}" is not an ISO 8601 time with a zone`);
  }
  const ticks = /\.\d{3}(\d{1,4})/.exec(value)?.[1] ?? '';
  return `datetime(${moment.toISOString().slice(0, -1)}${ticks}Z)`;
};

const isoDuration = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,7}))?S)?)?$/;

/** `value`: ISO 8601 in weeks, days, hours, minutes and seconds; years and months have no fixed length. */
export const timespanLiteral = (value: string): string => {
  const match = isoDuration.exec(value);
  if (match === null)
    throw new InputError(`"${value.slice(0, 80)}" is not an ISO 8601 duration in weeks, days or time (P7D, PT12H)`);
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1, 6).map((part) => Number(part ?? 0));
  const total = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (total > 86_400 * 3650) throw new InputError(`"${value.slice(0, 80)}" is longer than ten years`);
  const two = (part: number): string => String(part).padStart(2, '0');
  const clock = [Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60, total % 60].map(two).join(':');
  return `timespan(${Math.floor(total / 86_400)}.${clock}.${(match[6] ?? '').padEnd(7, '0')})`;
};
