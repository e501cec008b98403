import { semanticFault } from '../fault.ts';
import { scalarFunctions } from '../functions/index.ts';
import type { Expression } from '../syntax/ast.ts';
import type { Value } from '../value.ts';
import { convert, pick } from './convert.ts';
import { compileForm } from './forms.ts';
import { compileList } from './lists.ts';
import { compileBinary } from './operators.ts';
import { type Compiled, constant, fixedValue, type Scope } from './scope.ts';

/** Binds an expression to the columns and names it can see. Throws a semantic `KqlFault` for names and types that do not fit. */
export function compile(expression: Expression, scope: Scope): Compiled {
  const inner = (part: Expression) => compile(part, scope);
  switch (expression.kind) {
    case 'literal':
      return constant(expression.type, expression.value);
    case 'name':
      return compileName(expression.name, scope);
    case 'call':
      return compileCall(expression.name, expression.args, scope);
    case 'binary':
      return compileBinary(expression.operator, inner(expression.left), inner(expression.right), scope);
    case 'list':
      return compileList(expression.operator, inner(expression.left), expression.items, scope, compile);
    case 'between':
      return compileBetween(
        expression.negated,
        inner(expression.left),
        inner(expression.low),
        inner(expression.high),
        scope,
      );
    case 'negative':
      return compileNegative(inner(expression.operand), scope);
    case 'member':
      return compilePick(inner(expression.target), constant('string', expression.name), scope);
    case 'element':
      return compilePick(inner(expression.target), inner(expression.index), scope);
    case 'side':
      throw semanticFault(scope.operator, `'$${expression.side}' stands only in the condition of a join`);
    case 'star':
      throw semanticFault(scope.operator, "'*' is not a scalar expression");
    case 'tabular':
      throw semanticFault(scope.operator, 'A scalar expression is expected here, not a table');
  }
}

function compileName(name: string, scope: Scope): Compiled {
  const index = scope.columns.findIndex((column) => column.name === name);
  const column = scope.columns[index];
  if (column !== undefined) return { type: column.type, constant: false, evaluate: (row) => row[index] ?? null };
  const known = scope.environment.scalar(name);
  if (known !== undefined) return constant(known.type, known.value);
  throw semanticFault(scope.operator, `Failed to resolve column or scalar expression named '${name}'`);
}

function compileCall(name: string, args: readonly Expression[], scope: Scope): Compiled {
  const form = compileForm(name, args, scope, compile);
  if (form !== null) return form;
  const known = scalarFunctions.get(name);
  if (known === undefined) throw semanticFault(scope.operator, `Unknown function: '${name}'`);
  const [fewest, most] = known.arity;
  if (args.length < fewest || args.length > most) {
    throw semanticFault(scope.operator, `${name}(): function expects ${expected(fewest, most)}, got ${args.length}`);
  }
  const compiled = args.map((arg) => compile(arg, scope));
  const types = compiled.map((arg) => arg.type);
  const type = typeof known.result === 'string' ? known.result : known.result(types);
  const call: Compiled = {
    type,
    constant: compiled.every((arg) => arg.constant),
    evaluate: (row, index) =>
      known.call(
        compiled.map((arg) => arg.evaluate(row, index)),
        types,
      ),
  };
  // A call on constants is made once, not once a row.
  return call.constant ? constant(type, fixedValue(call)) : call;
}

function expected(fewest: number, most: number): string {
  if (fewest === most) return `${fewest} argument(s)`;
  return most === Number.POSITIVE_INFINITY ? `at least ${fewest} argument(s)` : `${fewest} to ${most} argument(s)`;
}

function compileBetween(negated: boolean, left: Compiled, low: Compiled, high: Compiled, scope: Scope): Compiled {
  // `between (start .. span)` means up to start + span.
  const end = left.type === 'datetime' && high.type === 'timespan' ? compileBinary('+', low, high, scope) : high;
  const inside = compileBinary(
    'and',
    compileBinary('>=', left, low, scope),
    compileBinary('<=', left, end, scope),
    scope,
  );
  if (!negated) return inside;
  return {
    ...inside,
    evaluate: (row, index) => {
      const answer = inside.evaluate(row, index);
      return answer === null ? null : answer !== true;
    },
  };
}

function compileNegative(operand: Compiled, scope: Scope): Compiled {
  const { type } = operand;
  if (!['int', 'long', 'real', 'timespan', 'dynamic'].includes(type)) {
    throw semanticFault(scope.operator, `Operator '-' cannot be applied to a value of type ${type}`);
  }
  const negate = (value: Value) => (typeof value === 'number' || typeof value === 'bigint' ? -value : null);
  return { ...operand, evaluate: (row, index) => negate(operand.evaluate(row, index)) };
}

function compilePick(target: Compiled, key: Compiled, scope: Scope): Compiled {
  if (target.type !== 'dynamic') {
    throw semanticFault(scope.operator, `A path needs a value of type dynamic, got ${target.type}`);
  }
  return {
    type: 'dynamic',
    constant: target.constant && key.constant,
    evaluate: (row, index) => pick(target.evaluate(row, index), key.evaluate(row, index)),
  };
}

/** A row count (`take`, `top`): a constant whole number, zero or more. */
export function compileCount(expression: Expression, scope: Scope): number {
  const compiled = compile(expression, { ...scope, columns: [] });
  const count = convert(fixedValue(compiled), compiled.type, 'long');
  if (typeof count !== 'number' || count < 0)
    throw semanticFault(scope.operator, 'A row count of zero or more is expected');
  return count;
}
