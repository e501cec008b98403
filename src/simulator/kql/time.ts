/** Ticks (100 ns) in a millisecond. */
const ticksPerMs = 10_000n;
/** Ticks from 0001-01-01, where .NET and `bin()` count from, to 1970-01-01. */
const unixEpoch = 621_355_968_000_000_000n;
const ticksPerDay = 864_000_000_000n;

const isoPattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7})\d*)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** ISO 8601 text to ticks, keeping 7 digits of the second; `null` if it is no date. Text without a zone is UTC. */
export function parseDatetime(text: string): bigint | null {
  const match = isoPattern.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const parts = [year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0] as const;
  const date = new Date(0);
  date.setUTCFullYear(parts[0], parts[1] - 1, parts[2]);
  date.setUTCHours(parts[3], parts[4], parts[5]);
  if (parts[0] < 1 || date.getUTCMonth() !== parts[1] - 1 || date.getUTCDate() !== parts[2] || parts[3] > 23)
    return null;
  if (parts[4] > 59 || parts[5] > 59) return null;
  const fraction = BigInt((match[7] ?? '').padEnd(7, '0') || '0');
  return unixEpoch + BigInt(date.getTime()) * ticksPerMs + fraction - zoneTicks(match[8]);
}

function zoneTicks(zone: string | undefined): bigint {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0n;
  const digits = zone.replace(':', '');
  const minutes = BigInt(digits.slice(1, 3)) * 60n + BigInt(digits.slice(3, 5));
  return (digits.startsWith('-') ? -minutes : minutes) * 60_000n * ticksPerMs;
}

/** Ticks of a moment that is exact to the millisecond. */
export function ticksOfDate(date: Date): bigint {
  return unixEpoch + BigInt(date.getTime()) * ticksPerMs;
}

/** The calendar moment of ticks, cut to whole milliseconds. */
export function dateOfTicks(ticks: bigint): Date {
  return new Date(Number((ticks - unixEpoch) / ticksPerMs));
}

/** ISO 8601 in UTC with exactly 7 digits of the second, as `tostring()` prints it. */
export function formatDatetime(ticks: bigint): string {
  const rest = ((ticks % 10_000_000n) + 10_000_000n) % 10_000_000n;
  return `${dateOfTicks(ticks - rest)
    .toISOString()
    .slice(0, 19)}.${rest.toString().padStart(7, '0')}Z`;
}

/** ISO 8601 in UTC with as many digits of the second as are set, as the hunting APIs send it. */
export function wireDatetime(ticks: bigint): string {
  return formatDatetime(ticks).replace(/\.?0+Z$/, 'Z');
}

/** Ticks of one unit, by every suffix a timespan literal may have. */
export const unitTicks: ReadonlyMap<string, bigint> = new Map(
  (
    [
      [ticksPerDay, 'd day days'],
      [36_000_000_000n, 'h hr hrs hour hours'],
      [600_000_000n, 'm min minute minutes'],
      [10_000_000n, 's sec second seconds'],
      [ticksPerMs, 'ms milli millis millisecond milliseconds'],
      [10n, 'micro micros microsecond microseconds'],
      [1n, 'tick ticks'],
    ] as const
  ).flatMap(([ticks, names]) => names.split(' ').map((name) => [name, ticks] as const)),
);

/** A number of units as ticks, without losing whole ticks to floating point for whole amounts. */
export function scaleTicks(amount: number, unit: bigint): bigint {
  return Number.isInteger(amount) ? BigInt(amount) * unit : BigInt(Math.round(amount * Number(unit)));
}

/** The inside of `timespan(...)`: `0.12:34:56.7`, `15 seconds`, `1h`; a bare number is days. `null` if it is none of these. */
export function parseTimespan(text: string): bigint | null {
  const trimmed = text.trim();
  const clock = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(trimmed);
  if (clock !== null) {
    const [days, hours, minutes, seconds] = clock.slice(2, 6).map((part) => BigInt(part ?? '0'));
    const whole = (((days ?? 0n) * 24n + (hours ?? 0n)) * 60n + (minutes ?? 0n)) * 60n + (seconds ?? 0n);
    const ticks = whole * 10_000_000n + BigInt((clock[6] ?? '').padEnd(7, '0'));
    return clock[1] === '-' ? -ticks : ticks;
  }
  const scaled = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(trimmed);
  const unit = unitTicks.get((scaled?.[2] || 'd').toLowerCase());
  return scaled === null || unit === undefined ? null : scaleTicks(Number(scaled[1]), unit);
}

/** `[-][d.]hh:mm:ss[.fffffff]`, the form .NET and Kusto print. */
export function formatTimespan(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const two = (n: bigint) => n.toString().padStart(2, '0');
  const days = size / ticksPerDay;
  const seconds = (size % ticksPerDay) / 10_000_000n;
  const fraction = size % 10_000_000n;
  return [
    ticks < 0n ? '-' : '',
    days > 0n ? `${days}.` : '',
    `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`,
    fraction > 0n ? `.${fraction.toString().padStart(7, '0')}` : '',
  ].join('');
}

/** The largest multiple of `size` not above `ticks`; the same for times and spans. `null` for a size of zero. */
export function floorTicks(ticks: bigint, size: bigint): bigint | null {
  if (size <= 0n) return null;
  return ticks - (((ticks % size) + size) % size);
}
