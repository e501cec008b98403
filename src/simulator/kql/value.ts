import type { KqlType } from '../../microsoft/hunting/table.ts';

export type { KqlType } from '../../microsoft/hunting/table.ts';

/** What a `dynamic` holds. */
export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/**
 * A scalar. Its Kusto type is known from the column or expression it comes from: `datetime` and `timespan` are ticks of
 * 100 ns as `bigint` (a `Date` would drop the last four digits), `int`, `long` and `real` are numbers. A `string` is never null.
 */
export type Value = Json | bigint;

/** One value per column, in the order of the columns. */
export type Row = readonly Value[];

/** A column of a table or of an answer. */
export interface Column {
  readonly name: string;
  readonly type: KqlType;
}

/** A table in memory; each row has one value per column, in order. */
export interface Relation {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** The type names that the hunting APIs print in a schema: .NET's, with SByte for bool. */
export const netTypes = {
  bool: 'SByte',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  string: 'String',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  guid: 'Guid',
  dynamic: 'Object',
} as const satisfies Record<KqlType, string>;

/** All spellings of types that a query may use. */
export const typeNames: ReadonlyMap<string, KqlType> = new Map<string, KqlType>([
  ['bool', 'bool'],
  ['boolean', 'bool'],
  ['int', 'int'],
  ['long', 'long'],
  ['real', 'real'],
  ['double', 'real'],
  ['decimal', 'real'],
  ['string', 'string'],
  ['datetime', 'datetime'],
  ['date', 'datetime'],
  ['timespan', 'timespan'],
  ['time', 'timespan'],
  ['guid', 'guid'],
  ['dynamic', 'dynamic'],
]);

/** The value of an absent cell: a Kusto string has no null. */
export function absent(type: KqlType): Value {
  return type === 'string' ? '' : null;
}

/** Whether values of the type are JavaScript numbers. */
export function isNumeric(type: KqlType): boolean {
  return type === 'int' || type === 'long' || type === 'real';
}

/** `Array.isArray` that keeps the element type of a readonly array. */
export function isArray(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

/** A property bag, the other compound form of a dynamic. */
export function isBag(value: Value): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
