import { keyOfRow, order } from '../evaluate/compare.ts';
import { compile, compileCount } from '../evaluate/compile.ts';
import type { Scope } from '../evaluate/scope.ts';
import { semanticFault } from '../fault.ts';
import type { Expression, SortKey } from '../syntax/ast.ts';
import { netTypes, type Relation, type Value } from '../value.ts';

/** Rows for which the predicate is true; null is not. */
export function where(relation: Relation, predicate: Expression, scope: Scope): Relation {
  const test = compile(predicate, scope);
  if (test.type !== 'bool' && test.type !== 'dynamic') {
    throw semanticFault(scope.operator, `Expected an expression of type bool, got ${test.type}`);
  }
  return { ...relation, rows: relation.rows.filter((row, index) => test.evaluate(row, index) === true) };
}

/** The first rows, in the order they have. */
export function take(relation: Relation, count: Expression, scope: Scope): Relation {
  return { ...relation, rows: relation.rows.slice(0, compileCount(count, scope)) };
}

/** Sorts by the keys in turn; equal rows keep their order. */
export function sort(relation: Relation, keys: readonly SortKey[], scope: Scope): Relation {
  const bound = keys.map((key) => ({ ...key, compiled: compile(key.expression, scope) }));
  for (const { compiled } of bound) {
    if (compiled.type === 'dynamic') throw semanticFault(scope.operator, 'A column of type dynamic cannot be sorted');
  }
  const keyed = relation.rows.map((row, index) => ({
    row,
    cells: bound.map((key) => key.compiled.evaluate(row, index)),
  }));
  keyed.sort((left, right) => {
    for (const [place, key] of bound.entries()) {
      const difference = compareCells(left.cells[place] ?? null, right.cells[place] ?? null, key);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return { ...relation, rows: keyed.map(({ row }) => row) };
}

function compareCells(left: Value, right: Value, key: SortKey): number {
  if (left === null || right === null) {
    if (left === right) return 0;
    return (left === null) === (key.nulls === 'first') ? -1 : 1;
  }
  return key.descending ? order(right, left) : order(left, right);
}

/** The first row of each kind. */
export function distinct(relation: Relation): Relation {
  const seen = new Set<string>();
  const rows = relation.rows.filter((row) => seen.size < seen.add(keyOfRow(row)).size);
  return { ...relation, rows };
}

/** One row: how many there were. */
export function count(relation: Relation): Relation {
  return { columns: [{ name: 'Count', type: 'long' }], rows: [[relation.rows.length]] };
}

/** One row per column: its name, place and types. */
export function getSchema(relation: Relation): Relation {
  const text = (name: string) => ({ name, type: 'string' }) as const;
  return {
    columns: [text('ColumnName'), { name: 'ColumnOrdinal', type: 'int' }, text('DataType'), text('ColumnType')],
    rows: relation.columns.map((column, place) => [column.name, place, `System.${netTypes[column.type]}`, column.type]),
  };
}
