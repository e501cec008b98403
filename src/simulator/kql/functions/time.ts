import { semanticFault } from '../fault.ts';
import { dateOfTicks, floorTicks, formatDatetime, ticksOfDate, unitTicks } from '../time.ts';
import type { KqlType, Value } from '../value.ts';
import { at, numberAt, type ScalarFunction } from './function.ts';

/** A function of one moment; null stays null. */
function of(result: KqlType, call: (ticks: bigint) => Value): ScalarFunction {
  return {
    arity: [1, 1],
    result,
    call: (values) => {
      const ticks = at(values, 0);
      return typeof ticks === 'bigint' ? call(ticks) : null;
    },
  };
}

/** Start of the day, week, month or year a moment is in, moved by so many of them. */
function startOf(move: (date: Date, offset: number) => number): ScalarFunction {
  return {
    arity: [1, 2],
    result: 'datetime',
    call: (values) => {
      const ticks = at(values, 0);
      return typeof ticks === 'bigint' ? ticksOfDate(new Date(move(dateOfTicks(ticks), numberAt(values, 1, 0)))) : null;
    },
  };
}

const monthsIn: ReadonlyMap<string, number> = new Map([
  ['year', 12],
  ['quarter', 3],
  ['month', 1],
]);

/** Borders of the unit crossed on the way from the second moment to the first. */
function difference(values: readonly Value[]): Value {
  const [unit, later, earlier] = [at(values, 0), at(values, 1), at(values, 2)];
  if (typeof unit !== 'string' || typeof later !== 'bigint' || typeof earlier !== 'bigint') return null;
  const months = monthsIn.get(unit.toLowerCase());
  if (months !== undefined) return Math.floor(monthOf(later) / months) - Math.floor(monthOf(earlier) / months);
  const size = unit.toLowerCase() === 'week' ? 6_048_000_000_000n : unitTicks.get(unit.toLowerCase());
  if (size === undefined) throw semanticFault(null, `datetime_diff(): '${unit}' is not a part of a date`);
  return Number(((floorTicks(later, size) ?? 0n) - (floorTicks(earlier, size) ?? 0n)) / size);
}

function monthOf(ticks: bigint): number {
  const date = dateOfTicks(ticks);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The parts of a `format_datetime` pattern. */
function format(ticks: bigint, pattern: string): string {
  const [year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] =
    formatDatetime(ticks).split(/[-T:.Z]/);
  const parts = new Map([
    ['yyyy', year],
    ['yy', year.slice(2)],
    ['MM', month],
    ['dd', day],
    ['HH', hour],
    ['hh', String(Number(hour) % 12 || 12).padStart(2, '0')],
    ['mm', minute],
    ['ss', second],
  ]);
  return pattern.replace(/yyyy|yy|MM|dd|HH|hh|mm|ss|f+/g, (part) => parts.get(part) ?? fraction.slice(0, part.length));
}

/** Functions of time. https://learn.microsoft.com/kusto/query/scalar-functions#datetimetimespan-functions */
export const timeFunctions = {
  startofday: startOf((date, days) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days)),
  startofweek: startOf((date, weeks) =>
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - date.getUTCDay() + 7 * weeks),
  ),
  startofmonth: startOf((date, months) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)),
  startofyear: startOf((date, years) => Date.UTC(date.getUTCFullYear() + years, 0, 1)),
  hourofday: of('int', (ticks) => dateOfTicks(ticks).getUTCHours()),
  dayofmonth: of('int', (ticks) => dateOfTicks(ticks).getUTCDate()),
  monthofyear: of('int', (ticks) => dateOfTicks(ticks).getUTCMonth() + 1),
  getyear: of('int', (ticks) => dateOfTicks(ticks).getUTCFullYear()),
  dayofweek: of('timespan', (ticks) => BigInt(dateOfTicks(ticks).getUTCDay()) * 864_000_000_000n),
  datetime_diff: { arity: [3, 3], result: 'long', call: difference },
  format_datetime: {
    arity: [2, 2],
    result: 'string',
    call: (values) => {
      const [ticks, pattern] = [at(values, 0), at(values, 1)];
      return typeof ticks === 'bigint' && typeof pattern === 'string' ? format(ticks, pattern) : '';
    },
  },
} satisfies Record<string, ScalarFunction>;
