import { type KqlFault, semanticFault } from '../fault.ts';
import { toRegExp } from '../functions/regex.ts';
import { textOperators } from '../functions/text-operators.ts';
import { isNumeric, type KqlType, type Value } from '../value.ts';
import { calculate } from './arithmetic.ts';
import { asPeer, comparable, order, same } from './compare.ts';
import { toText } from './convert.ts';
import { type Compiled, fixedValue, type Scope } from './scope.ts';

/** A binary operator over values; how it treats null is its own affair. */
type Combine = (left: Value, right: Value) => Value;

function flag(value: Value): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Three-valued logic: a known answer wins over null. */
const logic: ReadonlyMap<string, Combine> = new Map<string, Combine>([
  [
    'and',
    (left, right) =>
      flag(left) === false || flag(right) === false ? false : left === null || right === null ? null : true,
  ],
  [
    'or',
    (left, right) =>
      flag(left) === true || flag(right) === true ? true : left === null || right === null ? null : false,
  ],
]);

/** `==` is false between a value and null, and null between two nulls; an order with null is null. */
const comparisons: ReadonlyMap<string, Combine> = new Map<string, Combine>([
  ['==', (left, right) => (left === null || right === null ? (left === right ? null : false) : same(left, right))],
  ['!=', (left, right) => (left === null || right === null ? (left === right ? null : true) : !same(left, right))],
  ['<', (left, right) => (left === null || right === null ? null : order(left, right) < 0)],
  ['<=', (left, right) => (left === null || right === null ? null : order(left, right) <= 0)],
  ['>', (left, right) => (left === null || right === null ? null : order(left, right) > 0)],
  ['>=', (left, right) => (left === null || right === null ? null : order(left, right) >= 0)],
]);

function mismatch(scope: Scope, left: KqlType, right: KqlType): KqlFault {
  return semanticFault(
    scope.operator,
    `Cannot compare values of types ${left} and ${right}. Try adding explicit casts`,
  );
}

/** Binds a binary operator to its two sides; faults when the types do not go together. */
export function compileBinary(name: string, left: Compiled, right: Compiled, scope: Scope): Compiled {
  const operator = name === '<>' ? '!=' : name;
  const both = (type: KqlType, combine: Combine): Compiled => ({
    type,
    constant: left.constant && right.constant,
    evaluate: (row, index) => combine(left.evaluate(row, index), right.evaluate(row, index)),
  });

  const connective = logic.get(operator);
  if (connective !== undefined) {
    for (const side of [left, right]) requireFlag(side.type, scope, operator);
    return both('bool', connective);
  }
  const comparison = comparisons.get(operator);
  if (comparison !== undefined) {
    if (!comparable(left.type, right.type)) throw mismatch(scope, left.type, right.type);
    if (/[<>]/.test(operator)) requireOrder(left, right, scope);
    return both('bool', (a, b) => comparison(asPeer(a, left.type, right.type), asPeer(b, right.type, left.type)));
  }
  if (operator === 'matches regex') return compileMatch(left, right, scope);
  const test = textOperators.get(operator === '!~' ? '=~' : operator.replace(/^!/, ''));
  if (test !== undefined) {
    requireText(left.type, scope, operator);
    requireText(right.type, scope, operator);
    const wanted = !operator.startsWith('!');
    return both('bool', (a, b) => test(toText(a, left.type), toText(b, right.type)) === wanted);
  }
  return calculate(operator, left, right, scope, both);
}

function requireFlag(type: KqlType, scope: Scope, operator: string): void {
  if (type !== 'bool' && type !== 'dynamic' && !isNumeric(type)) {
    throw semanticFault(scope.operator, `'${operator}' expects bool values, got ${type}`);
  }
}

/** Text has no `<`: Kusto offers `strcmp()`. */
function requireOrder(left: Compiled, right: Compiled, scope: Scope): void {
  if (left.type === 'string' || left.type === 'bool' || left.type === 'guid')
    throw mismatch(scope, left.type, right.type);
}

function requireText(type: KqlType, scope: Scope, operator: string): void {
  if (type !== 'string' && type !== 'dynamic' && type !== 'guid') {
    throw semanticFault(scope.operator, `'${operator}' expects a string, got ${type}`);
  }
}

function compileMatch(left: Compiled, right: Compiled, scope: Scope): Compiled {
  requireText(left.type, scope, 'matches regex');
  if (!right.constant) throw semanticFault(scope.operator, "'matches regex' expects a constant pattern");
  const pattern = toRegExp(toText(fixedValue(right), right.type), scope.operator);
  const { constant, type } = left;
  return { type: 'bool', constant, evaluate: (row, index) => pattern.test(toText(left.evaluate(row, index), type)) };
}
