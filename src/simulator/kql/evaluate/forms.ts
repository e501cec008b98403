import { semanticFault } from '../fault.ts';
import type { Expression } from '../syntax/ast.ts';
import { floorTicks } from '../time.ts';
import { absent, isNumeric, type KqlType } from '../value.ts';
import { widest } from './arithmetic.ts';
import { toText } from './convert.ts';
import { type Compiled, constant, fixedValue, type Scope } from './scope.ts';

type Compile = (expression: Expression, scope: Scope) => Compiled;
type Form = (args: readonly Expression[], scope: Scope, compile: Compile) => Compiled;

/** Calls that are no plain functions: they look at names, choose what to evaluate, or need the moment of the query. */
const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['now', (args, scope, compile) => moment(args, scope, compile, 1n)],
  ['ago', (args, scope, compile) => moment(args, scope, compile, -1n)],
  ['iff', choose],
  ['iif', choose],
  ['case', choose],
  ['coalesce', coalesce],
  ['column_ifexists', columnIfExists],
  ['columnifexists', columnIfExists],
  ['row_number', rowNumber],
  ['toscalar', toScalar],
  ['not', negate],
  ['bin', bin],
  ['floor', bin],
]);

/** Binds the call if its name is a form's; `null` otherwise. */
export function compileForm(
  name: string,
  args: readonly Expression[],
  scope: Scope,
  compile: Compile,
): Compiled | null {
  return forms.get(name)?.(args, scope, compile) ?? null;
}

function argument(args: readonly Expression[], index: number, name: string, scope: Scope): Expression {
  const found = args[index];
  if (found === undefined) throw semanticFault(scope.operator, `${name}(): an argument is missing`);
  return found;
}

function moment(args: readonly Expression[], scope: Scope, compile: Compile, sign: bigint): Compiled {
  const { now } = scope.environment;
  if (args.length === 0 && sign > 0n) return constant('datetime', now);
  const name = sign > 0n ? 'now' : 'ago';
  const offset = compile(argument(args, 0, name, scope), scope);
  if (offset.type !== 'timespan')
    throw semanticFault(scope.operator, `${name}(): expected a timespan, got ${offset.type}`);
  const shift = (value: ReturnType<Compiled['evaluate']>) => (typeof value === 'bigint' ? now + sign * value : null);
  if (offset.constant) return constant('datetime', shift(fixedValue(offset)));
  return { type: 'datetime', constant: false, evaluate: (row, index) => shift(offset.evaluate(row, index)) };
}

/** The type that several branches share. */
function shared(types: readonly KqlType[], scope: Scope): KqlType {
  return types.reduce((left, right) => {
    if (left === right) return left;
    if (isNumeric(left) && isNumeric(right)) return widest(left, right);
    if (left === 'dynamic' || right === 'dynamic') return 'dynamic';
    throw semanticFault(scope.operator, `Branches of types ${left} and ${right} do not go together`);
  });
}

/** `iff(test, then, else)` and `case(test, then, test, then, ..., else)`. */
function choose(args: readonly Expression[], scope: Scope, compile: Compile): Compiled {
  if (args.length < 3 || args.length % 2 === 0) {
    throw semanticFault(
      scope.operator,
      `iff()/case(): function expects an odd number of arguments from 3, got ${args.length}`,
    );
  }
  const parts = args.map((arg) => compile(arg, scope));
  const tests = parts.filter((_, place) => place % 2 === 0 && place < parts.length - 1);
  const branches = parts.filter((_, place) => place % 2 === 1 || place === parts.length - 1);
  return {
    type: shared(
      branches.map((branch) => branch.type),
      scope,
    ),
    constant: false,
    evaluate: (row, index) => {
      const chosen = tests.findIndex((test) => test.evaluate(row, index) === true);
      return branches.at(chosen)?.evaluate(row, index) ?? null;
    },
  };
}

/** The first value that is not null; for text, not empty. */
function coalesce(args: readonly Expression[], scope: Scope, compile: Compile): Compiled {
  const parts = [argument(args, 0, 'coalesce', scope), ...args.slice(1)].map((arg) => compile(arg, scope));
  const type = shared(
    parts.map((part) => part.type),
    scope,
  );
  return {
    type,
    constant: parts.every((part) => part.constant),
    evaluate: (row, index) => {
      for (const part of parts) {
        const value = part.evaluate(row, index);
        if (value !== null && value !== '') return value;
      }
      return absent(type);
    },
  };
}

function columnIfExists(args: readonly Expression[], scope: Scope, compile: Compile): Compiled {
  const fallback = compile(argument(args, 1, 'column_ifexists', scope), scope);
  const name = compile(argument(args, 0, 'column_ifexists', scope), scope);
  if (!name.constant) throw semanticFault(scope.operator, 'column_ifexists(): expected a constant name');
  const text = toText(fixedValue(name), name.type);
  const place = scope.columns.findIndex((column) => column.name === text);
  const column = scope.columns[place];
  if (column === undefined) return fallback;
  return { type: column.type, constant: false, evaluate: (row) => row[place] ?? null };
}

function rowNumber(args: readonly Expression[], scope: Scope, compile: Compile): Compiled {
  const first = args[0] === undefined ? 1 : fixedValue(compile(args[0], { ...scope, columns: [] }));
  if (typeof first !== 'number') throw semanticFault(scope.operator, 'row_number(): expected a number to start from');
  return { type: 'long', constant: false, evaluate: (_row, index) => first + index };
}

function toScalar(args: readonly Expression[], scope: Scope): Compiled {
  const table = argument(args, 0, 'toscalar', scope);
  const query =
    table.kind === 'tabular'
      ? table.query
      : table.kind === 'name'
        ? ({ source: { kind: 'table', name: table.name }, steps: [] } as const)
        : null;
  if (query === null) throw semanticFault(scope.operator, 'toscalar(): expected a table');
  const { columns, rows } = scope.environment.run(query);
  const type = columns[0]?.type ?? 'dynamic';
  return constant(type, rows[0]?.[0] ?? absent(type));
}

function negate(args: readonly Expression[], scope: Scope, compile: Compile): Compiled {
  const operand = compile(argument(args, 0, 'not', scope), scope);
  if (operand.type !== 'bool') throw semanticFault(scope.operator, `not(): expected a bool, got ${operand.type}`);
  return {
    ...operand,
    evaluate: (row, index) => {
      const value = operand.evaluate(row, index);
      return value === null ? null : value !== true;
    },
  };
}

/** `bin(value, size)`: down to a multiple; times count from year 1. */
function bin(args: readonly Expression[], scope: Scope, compile: Compile): Compiled {
  const value = compile(argument(args, 0, 'bin', scope), scope);
  const size = args[1] === undefined ? constant('long', 1) : compile(args[1], scope);
  const ticks = value.type === 'datetime' || value.type === 'timespan';
  if (ticks ? size.type !== 'timespan' : !isNumeric(value.type) || !isNumeric(size.type)) {
    throw semanticFault(scope.operator, `bin(): values of types ${value.type} and ${size.type} do not go together`);
  }
  return {
    type: ticks ? value.type : widest(value.type, size.type),
    constant: value.constant && size.constant,
    evaluate: (row, index) => {
      const [a, b] = [value.evaluate(row, index), size.evaluate(row, index)];
      if (typeof a === 'bigint' && typeof b === 'bigint') return floorTicks(a, b);
      return typeof a === 'number' && typeof b === 'number' && b > 0 ? Math.floor(a / b) * b : null;
    },
  };
}
