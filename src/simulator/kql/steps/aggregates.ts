import { keyOf, order } from '../evaluate/compare.ts';
import { toJson } from '../evaluate/convert.ts';
import type { Compiled } from '../evaluate/scope.ts';
import { absent, isArray, isNumeric, type Json, type KqlType, type Row, type Value } from '../value.ts';

/** An aggregate over the rows of a group. A null counts in none but `count()`. */
export interface Aggregate {
  readonly arity: readonly [fewest: number, most: number];
  /** What stands before the argument's name in the name of the column, e.g. `dcount_` in `dcount_DeviceId`. */
  readonly prefix: string;
  readonly result: (types: readonly KqlType[]) => KqlType;
  fold(rows: readonly Row[], args: readonly Compiled[]): Value;
}

function first(types: readonly KqlType[]): KqlType {
  return types[0] ?? 'dynamic';
}

/** The values of an argument that are there; with `test`, of the rows that pass it. */
function present(rows: readonly Row[], argument: Compiled | undefined, test?: Compiled): readonly Value[] {
  if (argument === undefined) return [];
  return rows
    .filter((row, index) => test === undefined || test.evaluate(row, index) === true)
    .map((row, index) => argument.evaluate(row, index))
    .filter((value) => value !== null);
}

function numbers(values: readonly Value[]): readonly number[] {
  return values.filter((value) => typeof value === 'number');
}

/** Numbers and spans add up; of nothing the sum is zero. */
function sum(values: readonly Value[], type: KqlType): Value {
  if (type === 'timespan')
    return values.reduce<bigint>((all, value) => all + (typeof value === 'bigint' ? value : 0n), 0n);
  return numbers(values).reduce((all, value) => all + value, 0);
}

function average(values: readonly Value[], type: KqlType): Value {
  if (values.length === 0) return null;
  const total = sum(values, type === 'datetime' ? 'timespan' : type);
  return typeof total === 'bigint' ? total / BigInt(values.length) : Number(total) / values.length;
}

function extreme(values: readonly Value[], sign: 1 | -1): Value {
  return values.reduce((best, value) => (best === null || order(value, best) * sign > 0 ? value : best), null);
}

function distinct(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

/** The members a value adds to a set or list: an array its elements to a set, anything else itself; never the empty text. */
function collect(values: readonly Value[], type: KqlType, limit: Compiled | undefined, unique: boolean): Value {
  const asked = limit?.evaluate([], 0);
  const most = typeof asked === 'number' ? asked : 1_048_576;
  const flat = values.flatMap((value): readonly Json[] => (unique && isArray(value) ? value : [toJson(value, type)]));
  const kept = unique ? [...new Map(flat.map((member) => [keyOf(member), member])).values()] : flat;
  return kept.slice(0, most);
}

function percentile(values: readonly Value[], rank: Value): Value {
  const sorted = values.toSorted(order);
  const place = Math.ceil((Number(rank) / 100) * sorted.length) - 1;
  return sorted[Math.min(Math.max(place, 0), sorted.length - 1)] ?? null;
}

const averageOf = (types: readonly KqlType[]) =>
  isNumeric(first(types)) || first(types) === 'dynamic' ? 'real' : first(types);

function makes(prefix: string, unique: boolean, conditional: boolean): Aggregate {
  return {
    arity: conditional ? [2, 3] : [1, 2],
    prefix,
    result: () => 'dynamic',
    fold: (rows, args) => {
      const values = present(rows, args[0], conditional ? args[1] : undefined);
      return collect(values, args[0]?.type ?? 'dynamic', args[conditional ? 2 : 1], unique);
    },
  };
}

function any(prefix: string): Aggregate {
  return {
    arity: [1, 1],
    prefix,
    result: first,
    fold: (rows, [argument]) => {
      const [row] = rows;
      return row === undefined || argument === undefined
        ? absent(argument?.type ?? 'dynamic')
        : argument.evaluate(row, 0);
    },
  };
}

/** The aggregates that give one column. https://learn.microsoft.com/kusto/query/aggregation-functions */
export const aggregates: ReadonlyMap<string, Aggregate> = new Map<string, Aggregate>([
  ['count', { arity: [0, 0], prefix: 'count_', result: () => 'long', fold: (rows) => rows.length }],
  [
    'countif',
    {
      arity: [1, 1],
      prefix: 'countif_',
      result: () => 'long',
      fold: (rows, [test]) => rows.filter((row, index) => test?.evaluate(row, index) === true).length,
    },
  ],
  [
    'dcount',
    {
      arity: [1, 2],
      prefix: 'dcount_',
      result: () => 'long',
      fold: (rows, args) => distinct(present(rows, args[0])).length,
    },
  ],
  [
    'dcountif',
    {
      arity: [2, 3],
      prefix: 'dcountif_',
      result: () => 'long',
      fold: (rows, args) => distinct(present(rows, args[0], args[1])).length,
    },
  ],
  [
    'sum',
    {
      arity: [1, 1],
      prefix: 'sum_',
      result: first,
      fold: (rows, [arg]) => sum(present(rows, arg), arg?.type ?? 'long'),
    },
  ],
  [
    'sumif',
    {
      arity: [2, 2],
      prefix: 'sumif_',
      result: first,
      fold: (rows, [arg, test]) => sum(present(rows, arg, test), arg?.type ?? 'long'),
    },
  ],
  [
    'avg',
    {
      arity: [1, 1],
      prefix: 'avg_',
      result: averageOf,
      fold: (rows, [arg]) => average(present(rows, arg), arg?.type ?? 'long'),
    },
  ],
  [
    'avgif',
    {
      arity: [2, 2],
      prefix: 'avgif_',
      result: averageOf,
      fold: (rows, [arg, test]) => average(present(rows, arg, test), arg?.type ?? 'long'),
    },
  ],
  ['min', { arity: [1, 1], prefix: 'min_', result: first, fold: (rows, [arg]) => extreme(present(rows, arg), -1) }],
  ['max', { arity: [1, 1], prefix: 'max_', result: first, fold: (rows, [arg]) => extreme(present(rows, arg), 1) }],
  [
    'minif',
    {
      arity: [2, 2],
      prefix: 'minif_',
      result: first,
      fold: (rows, [arg, test]) => extreme(present(rows, arg, test), -1),
    },
  ],
  [
    'maxif',
    {
      arity: [2, 2],
      prefix: 'maxif_',
      result: first,
      fold: (rows, [arg, test]) => extreme(present(rows, arg, test), 1),
    },
  ],
  [
    'percentile',
    {
      arity: [2, 2],
      prefix: 'percentile_',
      result: first,
      fold: (rows, [arg, rank]) => percentile(present(rows, arg), rank?.evaluate([], 0) ?? 50),
    },
  ],
  ['make_set', makes('set_', true, false)],
  ['makeset', makes('set_', true, false)],
  ['make_set_if', makes('set_', true, true)],
  ['make_list', makes('list_', false, false)],
  ['makelist', makes('list_', false, false)],
  ['make_list_if', makes('list_', false, true)],
  ['take_any', any('')],
  ['any', any('any_')],
]);
