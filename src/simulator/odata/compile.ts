import { ODataFault } from './fault.ts';
import type { ODataField, ODataFieldType, ODataValue } from './rules.ts';
import type { ComparisonOperator, FilterNode, Literal, Operand, TextFunction } from './syntax.ts';
import { comparableTime } from './time.ts';

type Scalar = string | number | boolean | null;
type Predicate<T> = (item: T) => boolean;
/** Finds a field by the name used in the filter; throws for a name that may not be used. */
type Scope<T> = (name: string) => ODataField<T>;

const literalTypes = {
  string: ['string'],
  enum: ['string'],
  id: ['string', 'guid'],
  guid: ['guid'],
  number: ['number'],
  boolean: ['boolean'],
  time: ['time'],
  strings: [],
} satisfies Record<ODataFieldType, readonly Literal['type'][]>;

/**
 * Turns a parsed filter into a test over items; types are checked here, once, as the service does before it reads data.
 * @throws ODataFault for a name outside the scope or a literal of the wrong type.
 */
export function compile<T>(node: FilterNode, scope: Scope<T>): Predicate<T> {
  switch (node.kind) {
    case 'and': {
      const [left, right] = [compile(node.left, scope), compile(node.right, scope)];
      return (item) => left(item) && right(item);
    }
    case 'or': {
      const [left, right] = [compile(node.left, scope), compile(node.right, scope)];
      return (item) => left(item) || right(item);
    }
    case 'not': {
      const operand = compile(node.operand, scope);
      return (item) => !operand(item);
    }
    case 'flag':
      return compileFlag(node.operand, scope);
    case 'compare':
      return compileComparison(node.operator, node.left, node.right, scope);
    case 'in': {
      const field = scalarField(node.operand, scope);
      const wanted = new Set(node.items.map((item) => checkedLiteral(field, item)));
      return (item) => wanted.has(scalarOf(field, item));
    }
    case 'text':
      return compileText(node.function, node.operand, node.argument, scope);
    case 'lambda':
      return compileLambda(node, scope);
  }
}

function compileFlag<T>(operand: Operand, scope: Scope<T>): Predicate<T> {
  if (operand.kind === 'literal') {
    const { literal } = operand;
    if (literal.type !== 'boolean') throw new ODataFault('The filter must be a boolean expression.');
    return () => literal.value;
  }
  const field = scope(operand.name);
  if (field.type !== 'boolean') throw new ODataFault(`The property '${field.name}' is not boolean.`);
  return (item) => field.of(item) === true;
}

const mirrored = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } satisfies Record<
  ComparisonOperator,
  ComparisonOperator
>;

/** A comparison with null is false, except by `eq` and `ne` (OData 4.01, URL conventions 5.1.1.1). */
const comparers = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left !== null && right !== null && left > right,
  ge: (left, right) => left !== null && right !== null && left >= right,
  lt: (left, right) => left !== null && right !== null && left < right,
  le: (left, right) => left !== null && right !== null && left <= right,
} satisfies Record<ComparisonOperator, (left: Scalar, right: Scalar) => boolean>;

function compileComparison<T>(
  operator: ComparisonOperator,
  left: Operand,
  right: Operand,
  scope: Scope<T>,
): Predicate<T> {
  if (left.kind === 'literal' && right.kind === 'name') {
    return compileComparison(mirrored[operator], right, left, scope);
  }
  const compare = comparers[operator];
  if (left.kind === 'literal' && right.kind === 'literal') {
    const outcome = compare(left.literal.value, right.literal.value);
    return () => outcome;
  }
  const field = scalarField(left, scope);
  if (right.kind === 'literal') {
    const wanted = checkedLiteral(field, right.literal);
    return (item) => compare(scalarOf(field, item), wanted);
  }
  const other = scalarField(right, scope);
  return (item) => compare(scalarOf(field, item), scalarOf(other, item));
}

const textTests = {
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
} satisfies Record<TextFunction, (text: string, part: string) => boolean>;

function compileText<T>(name: TextFunction, operand: Operand, argument: Literal, scope: Scope<T>): Predicate<T> {
  const field = scalarField(operand, scope);
  if (argument.type !== 'string' || (field.type !== 'string' && field.type !== 'id')) {
    throw new ODataFault(`No function signature for the function '${name}' matches its arguments.`);
  }
  const [test, part] = [textTests[name], argument.value];
  return (item) => {
    const value = field.of(item);
    return typeof value === 'string' && test(value, part);
  };
}

function compileLambda<T>(node: Extract<FilterNode, { kind: 'lambda' }>, scope: Scope<T>): Predicate<T> {
  const field = scope(node.collection);
  if (field.type !== 'strings') throw new ODataFault(`The property '${field.name}' is not a collection.`);
  const elements = (item: T): readonly string[] => {
    const value = field.of(item);
    return Array.isArray(value) ? value : [];
  };
  if (node.predicate === null) return (item) => elements(item).length > 0;
  const element: ODataField<string> = { name: node.variable, type: 'string', of: (text) => text };
  const test = compile<string>(node.predicate, (name) => {
    if (name === node.variable) return element;
    throw new ODataFault(`The name '${name}' is not known inside the lambda over '${field.name}'.`);
  });
  return node.quantifier === 'any' ? (item) => elements(item).some(test) : (item) => elements(item).every(test);
}

function scalarField<T>(operand: Operand, scope: Scope<T>): ODataField<T> {
  if (operand.kind === 'literal') throw new ODataFault('A property name was expected.');
  const field = scope(operand.name);
  if (field.type === 'strings') throw new ODataFault(`The property '${field.name}' is a collection: use any or all.`);
  return field;
}

function checkedLiteral<T>(field: ODataField<T>, literal: Literal): Scalar {
  if (literal.type === 'null') return null;
  const accepted: readonly Literal['type'][] = literalTypes[field.type];
  if (!accepted.includes(literal.type)) {
    throw new ODataFault(`A ${literal.type} cannot be compared with the ${field.type} property '${field.name}'.`);
  }
  if (field.type !== 'enum' || typeof literal.value !== 'string') return literal.value;
  const wanted = literal.value.toLowerCase();
  if (field.members !== undefined && !field.members.some((member) => member.toLowerCase() === wanted)) {
    throw new ODataFault(`The string '${literal.value}' is not a value of the property '${field.name}'.`);
  }
  return wanted;
}

/** A property's value in the form that literals of its type have. */
export function scalarOf<T>(field: ODataField<T>, item: T): Scalar {
  const value: ODataValue = field.of(item);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  if (field.type === 'time') return comparableTime(value) ?? value;
  return field.type === 'enum' ? value.toLowerCase() : value;
}
