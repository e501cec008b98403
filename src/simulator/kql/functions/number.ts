import type { KqlType, Value } from '../value.ts';
import { at, numberAt, type ScalarFunction } from './function.ts';

function of(result: ScalarFunction['result'], call: (number: number) => number): ScalarFunction {
  return {
    arity: [1, 1],
    result,
    call: (values) => {
      const number = at(values, 0);
      return typeof number === 'number' ? call(number) : null;
    },
  };
}

/** The largest or smallest of its arguments that are not null. */
function extreme(better: (left: Value, right: Value) => boolean): ScalarFunction {
  return {
    arity: [2, 64],
    result: (types: readonly KqlType[]) => types[0] ?? 'long',
    call: (values) =>
      values.reduce((best, value) => (best === null || (value !== null && better(value, best)) ? value : best), null),
  };
}

function larger(left: Value, right: Value): boolean {
  if (typeof left === 'bigint' && typeof right === 'bigint') return left > right;
  return typeof left === 'number' && typeof right === 'number' && left > right;
}

/** A small FNV-1a over the text, stable between runs: Kusto only promises stability too. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state;
}

/** Functions of numbers. */
export const numberFunctions = {
  abs: of((types) => types[0] ?? 'real', Math.abs),
  ceiling: of((types) => types[0] ?? 'real', Math.ceil),
  sqrt: of('real', Math.sqrt),
  log10: of('real', Math.log10),
  log2: of('real', Math.log2),
  round: {
    arity: [1, 2],
    result: 'real',
    call: (values) => {
      const number = at(values, 0);
      const scale = 10 ** numberAt(values, 1, 0);
      return typeof number === 'number' ? Math.round(number * scale) / scale : null;
    },
  },
  max_of: extreme(larger),
  min_of: extreme((left, right) => larger(right, left)),
  hash: {
    arity: [1, 2],
    result: 'long',
    call: (values) => {
      const modulus = numberAt(values, 1, 0);
      const value = hash(String(at(values, 0)));
      return modulus > 0 ? value % modulus : value;
    },
  },
} satisfies Record<string, ScalarFunction>;
