import type { KqlType, Value } from '../value.ts';

/** A scalar function: pure, called with as many values as it accepts. */
export interface ScalarFunction {
  readonly arity: readonly [fewest: number, most: number];
  readonly result: KqlType | ((types: readonly KqlType[]) => KqlType);
  call(values: readonly Value[], types: readonly KqlType[]): Value;
}

/** The argument at a place, null when it was not given. */
export function at(values: readonly Value[], place: number): Value {
  return values[place] ?? null;
}

/** The argument as a number, `fallback` when it is none. */
export function numberAt(values: readonly Value[], place: number, fallback: number): number {
  const value = values[place];
  return typeof value === 'number' ? value : fallback;
}
