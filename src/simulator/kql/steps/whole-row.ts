import { order } from '../evaluate/compare.ts';
import { compile } from '../evaluate/compile.ts';
import type { Compiled, Scope } from '../evaluate/scope.ts';
import { semanticFault } from '../fault.ts';
import type { Expression, NamedExpression } from '../syntax/ast.ts';
import { absent, type Column, type Row, type Value } from '../value.ts';
import { nameOf } from './names.ts';

/** Columns that one aggregate adds, and how a group fills them. */
export interface Produced {
  readonly columns: readonly Column[];
  fold(rows: readonly Row[]): readonly Value[];
}

type Choose = (rows: readonly Row[], by: Compiled | null) => Row | undefined;

function extreme(sign: 1 | -1): Choose {
  return (rows, by) => {
    let best: { readonly row: Row; readonly value: Value } | undefined;
    rows.forEach((row, index) => {
      const value = by?.evaluate(row, index) ?? null;
      if (best === undefined || (value !== null && (best.value === null || order(value, best.value) * sign > 0))) {
        best = { row, value };
      }
    });
    return best?.row;
  };
}

/** Aggregates that choose one row of the group and give several of its columns. */
const choices: ReadonlyMap<string, { readonly choose: Choose; readonly ordered: boolean }> = new Map([
  ['arg_max', { choose: extreme(1), ordered: true }],
  ['argmax', { choose: extreme(1), ordered: true }],
  ['arg_min', { choose: extreme(-1), ordered: true }],
  ['argmin', { choose: extreme(-1), ordered: true }],
  ['take_any', { choose: (rows: readonly Row[]) => rows[0], ordered: false }],
]);

/**
 * `arg_max(Timestamp, *)`, `arg_min(x, a, b)`, `take_any(*)`: `null` for any other expression. `grouped` are the names of
 * the `by` columns, which `*` leaves out.
 */
export function compileWholeRow(item: NamedExpression, scope: Scope, grouped: ReadonlySet<string>): Produced | null {
  const call = item.expression;
  if (call.kind !== 'call') return null;
  const choice = choices.get(call.name);
  if (choice === undefined) return null;
  // take_any(x) of one column is a plain aggregate.
  if (!choice.ordered && call.args.length === 1 && call.args[0]?.kind !== 'star') return null;
  const [key, ...others] = call.args;
  if (key === undefined) throw semanticFault(scope.operator, `${call.name}(): an argument is missing`);
  const by = choice.ordered ? compile(key, scope) : null;
  const keyName = item.name ?? nameOf(key) ?? 'Column1';
  const lead = by === null ? [] : [{ name: keyName, compiled: by }];
  const taken = new Set([...grouped, ...(nameOf(key) === null || by === null ? [] : [nameOf(key)])]);
  const cells = [...lead, ...(choice.ordered ? others : call.args).flatMap((arg) => cellsOf(arg, scope, taken))];
  return {
    columns: cells.map(({ name, compiled }) => ({ name, type: compiled.type })),
    fold(rows) {
      const chosen = choice.choose(rows, by);
      return cells.map(({ compiled }) => (chosen === undefined ? absent(compiled.type) : compiled.evaluate(chosen, 0)));
    },
  };
}

function cellsOf(arg: Expression, scope: Scope, taken: ReadonlySet<string | null>) {
  if (arg.kind !== 'star') return [{ name: nameOf(arg) ?? 'Column1', compiled: compile(arg, scope) }];
  return scope.columns.flatMap((column, place) => {
    if (taken.has(column.name)) return [];
    const compiled: Compiled = { type: column.type, constant: false, evaluate: (row) => row[place] ?? null };
    return [{ name: column.name, compiled }];
  });
}
