import { GraphFault } from './fault.ts';

/** A span of time that narrows a hunting query. */
export interface Timespan {
  readonly from: Date;
  readonly to: Date;
}

const durationPattern =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const momentPattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** A day on the calendar may differ; years and months count from the moment they are taken off or added to. */
function shift(moment: Date, duration: RegExpExecArray, sign: 1 | -1): Date {
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = duration
    .slice(1)
    .map((part) => sign * Number(part ?? 0));
  const moved = new Date(moment);
  moved.setUTCMonth(moved.getUTCMonth() + years * 12 + months);
  return new Date(moved.getTime() + (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000);
}

function momentOf(text: string): Date | null {
  if (!momentPattern.test(text)) return null;
  // A time without a zone is UTC here, where JavaScript would take it as local.
  const moment = new Date(text.includes('T') && !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/**
 * Reads one of the five ISO 8601 forms: start/end, duration/end, start/duration, duration (back from now), start (until now).
 * https://learn.microsoft.com/graph/api/security-security-runhuntingquery
 * @throws GraphFault for anything else, such as KQL's `7d`.
 */
export function parseTimespan(text: string, now: Date): Timespan {
  const span = spanOf(text.trim().split('/'), now);
  if (span === null || span.from.getTime() > span.to.getTime()) {
    throw new GraphFault('BadRequest', `'${text}' is not a valid ISO 8601 timespan.`);
  }
  return span;
}

function spanOf(parts: readonly string[], now: Date): Timespan | null {
  const [first = '', second] = parts;
  if (parts.length > 2) return null;
  const from = momentOf(first);
  const leading = durationPattern.exec(first);
  if (second === undefined) {
    if (leading !== null) return { from: shift(now, leading, -1), to: now };
    return from === null ? null : { from, to: now };
  }
  const to = momentOf(second);
  const trailing = durationPattern.exec(second);
  if (from !== null && to !== null) return { from, to };
  if (leading !== null && to !== null) return { from: shift(to, leading, -1), to };
  return from !== null && trailing !== null ? { from, to: shift(from, trailing, 1) } : null;
}
