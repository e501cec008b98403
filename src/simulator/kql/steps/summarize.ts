import { keyOfRow } from '../evaluate/compare.ts';
import { compile } from '../evaluate/compile.ts';
import type { Scope } from '../evaluate/scope.ts';
import { semanticFault } from '../fault.ts';
import type { Expression, NamedExpression } from '../syntax/ast.ts';
import type { Column, Relation, Row } from '../value.ts';
import { type Aggregate, aggregates } from './aggregates.ts';
import { nameOf, withoutClashes } from './names.ts';
import { compileWholeRow, type Produced } from './whole-row.ts';

/** `summarize aggregates by columns`: the columns come first. Without `by` there is one row, even of nothing. */
export function summarize(
  relation: Relation,
  items: readonly NamedExpression[],
  by: readonly NamedExpression[],
  scope: Scope,
): Relation {
  const keys = by.map((item, place) => ({
    name: item.name ?? nameOf(item.expression) ?? `Column${place + 1}`,
    compiled: compile(item.expression, scope),
  }));
  const names = new Set(keys.map((key) => key.name));
  const produced = items.map((item) => compileWholeRow(item, scope, names) ?? compileAggregate(item, scope));

  const groups = new Map<string, { readonly key: Row; readonly rows: Row[] }>();
  if (keys.length === 0) groups.set('', { key: [], rows: [...relation.rows] });
  else {
    relation.rows.forEach((row, index) => {
      const key = keys.map(({ compiled }) => compiled.evaluate(row, index));
      const text = keyOfRow(key);
      const group = groups.get(text);
      if (group === undefined) groups.set(text, { key, rows: [row] });
      else group.rows.push(row);
    });
  }
  const columns = [
    ...keys.map(({ name, compiled }): Column => ({ name, type: compiled.type })),
    ...produced.flatMap((part) => part.columns),
  ];
  const rows = [...groups.values()].map((group) => [
    ...group.key,
    ...produced.flatMap((part) => part.fold(group.rows)),
  ]);
  return { columns: withoutClashes(columns), rows };
}

/**
 * One column out of aggregates, alone or in a larger expression (`max(a) - min(a)`): each aggregate call becomes a column
 * of its own and the expression is bound to those.
 */
function compileAggregate(item: NamedExpression, scope: Scope): Produced {
  const found: { readonly aggregate: Aggregate; readonly args: readonly Expression[] }[] = [];
  const outer = replaceCalls(item.expression, (aggregate, args) => `$${found.push({ aggregate, args })}`);
  if (found.length === 0) throw semanticFault(scope.operator, 'An aggregate function is expected');
  const parts = found.map(({ aggregate, args }) => {
    const [fewest, most] = aggregate.arity;
    if (args.length < fewest || args.length > most) {
      throw semanticFault(
        scope.operator,
        `Aggregate function expects ${fewest} to ${most} arguments, got ${args.length}`,
      );
    }
    return { aggregate, args: args.map((arg) => compile(arg, scope)) };
  });
  const columns = parts.map(({ aggregate, args }, place) => ({
    name: `$${place + 1}`,
    type: aggregate.result(args.map((arg) => arg.type)),
  }));
  const compiled = compile(outer, { ...scope, columns });
  const name = item.name ?? defaultName(item.expression) ?? 'Column1';
  return {
    columns: [{ name, type: compiled.type }],
    fold: (rows) => [
      compiled.evaluate(
        parts.map(({ aggregate, args }) => aggregate.fold(rows, args)),
        0,
      ),
    ],
  };
}

function defaultName(expression: Expression): string | null {
  if (expression.kind !== 'call') return null;
  const aggregate = aggregates.get(expression.name);
  const [first] = expression.args;
  return aggregate === undefined
    ? null
    : aggregate.prefix + ((first === undefined ? null : nameOf(first)) ?? '') || null;
}

/** The expression with every aggregate call replaced by the name that `take` gives to it. */
function replaceCalls(
  expression: Expression,
  take: (aggregate: Aggregate, args: readonly Expression[]) => string,
): Expression {
  const inner = (part: Expression) => replaceCalls(part, take);
  switch (expression.kind) {
    case 'call': {
      const aggregate = aggregates.get(expression.name);
      if (aggregate === undefined) return { ...expression, args: expression.args.map(inner) };
      return { kind: 'name', name: take(aggregate, expression.args), at: expression.at };
    }
    case 'binary':
      return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    case 'negative':
      return { ...expression, operand: inner(expression.operand) };
    case 'member':
      return { ...expression, target: inner(expression.target) };
    case 'element':
      return { ...expression, target: inner(expression.target), index: inner(expression.index) };
    default:
      return expression;
  }
}
