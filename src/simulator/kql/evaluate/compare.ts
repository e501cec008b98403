import type { KqlType, Row, Value } from '../value.ts';
import { isNumeric } from '../value.ts';
import { convert } from './convert.ts';

/** Whether `==` and its kin take these two types. A dynamic is read as the other side's type. */
export function comparable(left: KqlType, right: KqlType): boolean {
  if (left === right || left === 'dynamic' || right === 'dynamic') return true;
  if (isNumeric(left) && isNumeric(right)) return true;
  return (left === 'guid' && right === 'string') || (left === 'string' && right === 'guid');
}

/** Brings a value to the type it is compared as. */
export function asPeer(value: Value, type: KqlType, peer: KqlType): Value {
  return type === 'dynamic' && peer !== 'dynamic' ? convert(value, type, peer) : value;
}

/** Total order of two values that are not null: numbers and times by size, text by code unit. */
export function order(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0;
  return Number(left) - Number(right);
}

/** Equality of two values that are not null, by content for bags and arrays. */
export function same(left: Value, right: Value): boolean {
  if (typeof left === 'object' && typeof right === 'object') return JSON.stringify(left) === JSON.stringify(right);
  return left === right;
}

/** A text that is equal for equal values only, for grouping and joining. */
export function keyOf(value: Value): string {
  if (typeof value === 'bigint') return `t${value}`;
  return typeof value === 'string' ? `s${value.length}:${value}` : `j${JSON.stringify(value)}`;
}

/** The key of several cells of a row. */
export function keyOfRow(values: Row): string {
  return values.map(keyOf).join('|');
}
