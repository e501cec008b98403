import { semanticFault } from '../fault.ts';
import { hasTerm } from '../functions/text-operators.ts';
import type { Expression } from '../syntax/ast.ts';
import { isArray, type KqlType, type Value } from '../value.ts';
import { asPeer, comparable, keyOf } from './compare.ts';
import { toText } from './convert.ts';
import { type Compiled, constant, type Scope } from './scope.ts';

type Compile = (expression: Expression, scope: Scope) => Compiled;

/** Binds `in`, `in~`, `has_any`, `has_all` and their negations. A list may be values, one array, or one table's first column. */
export function compileList(
  operator: string,
  left: Compiled,
  items: readonly Expression[],
  scope: Scope,
  compile: Compile,
): Compiled {
  const members = items.flatMap((item) => membersOf(item, scope, compile));
  const negated = operator.startsWith('!');
  const test = operator.startsWith('has_')
    ? termTest(operator, left.type, members, scope)
    : memberTest(operator, left.type, members, scope);
  return {
    type: 'bool',
    constant: false,
    evaluate: (row, index) => test(left.evaluate(row, index), row, index) !== negated,
  };
}

type ListTest = (value: Value, ...at: Parameters<Compiled['evaluate']>) => boolean;

function membersOf(item: Expression, scope: Scope, compile: Compile): readonly Compiled[] {
  const table =
    item.kind === 'tabular'
      ? item.query
      : item.kind === 'name' && isTable(item.name, scope)
        ? ({ source: { kind: 'table', name: item.name }, steps: [] } as const)
        : null;
  if (table !== null) {
    const { columns, rows } = scope.environment.run(table);
    const type = columns[0]?.type ?? 'string';
    return rows.map((row) => constant(type, row[0] ?? null));
  }
  const compiled = compile(item, scope);
  if (compiled.type !== 'dynamic' || !compiled.constant) return [compiled];
  const value = compiled.evaluate([], 0);
  return isArray(value) ? value.map((element) => constant('dynamic', element)) : [compiled];
}

function isTable(name: string, scope: Scope): boolean {
  const { columns, environment } = scope;
  return columns.every((column) => column.name !== name) && environment.isTable(name);
}

function memberTest(operator: string, type: KqlType, members: readonly Compiled[], scope: Scope): ListTest {
  for (const member of members) {
    if (!comparable(type, member.type)) {
      throw semanticFault(
        scope.operator,
        `Cannot compare values of types ${type} and ${member.type}. Try adding explicit casts`,
      );
    }
  }
  const fold = operator.endsWith('~');
  const key = (value: Value) => keyOf(fold && typeof value === 'string' ? value.toLowerCase() : value);
  const memberKey = (member: Compiled, ...at: Parameters<Compiled['evaluate']>) =>
    key(asPeer(member.evaluate(...at), member.type, type));
  const fixed = new Set(members.filter((member) => member.constant).map((member) => memberKey(member, [], 0)));
  const moving = members.filter((member) => !member.constant);
  return (value, row, index) => {
    const wanted = key(value);
    return value !== null && (fixed.has(wanted) || moving.some((member) => memberKey(member, row, index) === wanted));
  };
}

function termTest(operator: string, type: KqlType, members: readonly Compiled[], scope: Scope): ListTest {
  if (type !== 'string' && type !== 'dynamic')
    throw semanticFault(scope.operator, `'${operator}' expects a string, got ${type}`);
  const every = operator === 'has_all';
  return (value, row, index) => {
    const found = (member: Compiled) => hasTerm(toText(value, type), toText(member.evaluate(row, index), member.type));
    return every ? members.every(found) : members.some(found);
  };
}
