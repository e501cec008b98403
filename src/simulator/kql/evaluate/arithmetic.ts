import { semanticFault } from '../fault.ts';
import { isNumeric, type KqlType, type Value } from '../value.ts';
import { convert } from './convert.ts';
import type { Compiled, Scope } from './scope.ts';

type Both = (type: KqlType, combine: (left: Value, right: Value) => Value) => Compiled;

/** Arithmetic on numbers; division of whole numbers cuts, and by zero gives null. */
const onNumbers: ReadonlyMap<string, (left: number, right: number, whole: boolean) => number | null> = new Map([
  ['+', (left: number, right: number) => left + right],
  ['-', (left: number, right: number) => left - right],
  ['*', (left: number, right: number) => left * right],
  [
    '/',
    (left: number, right: number, whole: boolean) => {
      if (!whole) return left / right;
      return right === 0 ? null : Math.trunc(left / right);
    },
  ],
  ['%', (left: number, right: number, whole: boolean) => (whole && right === 0 ? null : left % right)],
]);

/** Arithmetic of two times or spans: `left operator right` to the type of the answer. */
const onTimes: ReadonlyMap<string, KqlType> = new Map<string, KqlType>([
  ['datetime - datetime', 'timespan'],
  ['datetime - timespan', 'datetime'],
  ['datetime + timespan', 'datetime'],
  ['timespan + datetime', 'datetime'],
  ['timespan + timespan', 'timespan'],
  ['timespan - timespan', 'timespan'],
  ['timespan / timespan', 'real'],
]);

/** Binds `+ - * / %`; faults when the types do not go together. */
export function calculate(operator: string, left: Compiled, right: Compiled, scope: Scope, both: Both): Compiled {
  const numeric = (type: KqlType) => isNumeric(type) || type === 'dynamic';
  const numbers = onNumbers.get(operator);
  if (numbers !== undefined && numeric(left.type) && numeric(right.type)) {
    const type = widest(left.type, right.type);
    return both(type, (a, b) => {
      const x = convert(a, left.type, 'real');
      const y = convert(b, right.type, 'real');
      return typeof x === 'number' && typeof y === 'number' ? numbers(x, y, type !== 'real') : null;
    });
  }
  const type = onTimes.get(`${left.type} ${operator} ${right.type}`);
  if (type !== undefined) return both(type, (a, b) => combineTicks(operator, a, b));
  const scaled = scaledSpan(operator, left, right, both);
  if (scaled !== null) return scaled;
  throw semanticFault(
    scope.operator,
    `Operator '${operator}' cannot be applied to values of types ${left.type} and ${right.type}`,
  );
}

/** The type that holds both: a dynamic is read as a real. */
export function widest(left: KqlType, right: KqlType): KqlType {
  if (left === 'int' && right === 'int') return 'int';
  return [left, right].some((type) => type === 'real' || type === 'dynamic') ? 'real' : 'long';
}

function combineTicks(operator: string, left: Value, right: Value): Value {
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return null;
  if (operator === '/') return right === 0n ? null : Number(left) / Number(right);
  return operator === '+' ? left + right : left - right;
}

/** A span times or by a number. */
function scaledSpan(operator: string, left: Compiled, right: Compiled, both: Both): Compiled | null {
  const scale = (span: Value, factor: Value) => {
    if (typeof span !== 'bigint' || typeof factor !== 'number' || !Number.isFinite(factor)) return null;
    return BigInt(Math.round(Number(span) * factor));
  };
  if (operator === '*' && left.type === 'timespan' && isNumeric(right.type)) return both('timespan', scale);
  if (operator === '*' && isNumeric(left.type) && right.type === 'timespan')
    return both('timespan', (a, b) => scale(b, a));
  if (operator === '/' && left.type === 'timespan' && isNumeric(right.type)) {
    return both('timespan', (a, b) => (typeof b === 'number' ? scale(a, 1 / b) : null));
  }
  return null;
}
