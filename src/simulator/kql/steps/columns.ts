import { compile } from '../evaluate/compile.ts';
import type { Compiled, Scope } from '../evaluate/scope.ts';
import { semanticFault } from '../fault.ts';
import type { NamedExpression } from '../syntax/ast.ts';
import type { Column, Relation } from '../value.ts';
import { nameOf, withoutClashes } from './names.ts';

interface Cell {
  readonly name: string;
  readonly compiled: Compiled;
}

/** The items bound, each with its name; nameless ones become `Column1`, `Column2`. */
export function bindItems(items: readonly NamedExpression[], scope: Scope): readonly Cell[] {
  let nameless = 0;
  return items.map((item) => ({
    name: item.name ?? nameOf(item.expression) ?? `Column${++nameless}`,
    compiled: compile(item.expression, scope),
  }));
}

/** Only the columns listed, computed or renamed. */
export function project(relation: Relation, items: readonly NamedExpression[], scope: Scope): Relation {
  const cells = bindItems(items, scope);
  return {
    columns: withoutClashes(cells.map(({ name, compiled }) => ({ name, type: compiled.type }))),
    rows: relation.rows.map((row, index) => cells.map(({ compiled }) => compiled.evaluate(row, index))),
  };
}

/** New columns at the end; one with a name already there takes its place. All see the columns as they were before. */
export function extend(relation: Relation, items: readonly NamedExpression[], scope: Scope): Relation {
  const cells = bindItems(items, scope);
  const columns: Column[] = [...relation.columns];
  const places = cells.map(({ name, compiled }) => {
    const place = columns.findIndex((column) => column.name === name);
    const column = { name, type: compiled.type };
    if (place < 0) return columns.push(column) - 1;
    columns[place] = column;
    return place;
  });
  const rows = relation.rows.map((row, index) => {
    const wider = [...row];
    cells.forEach(({ compiled }, item) => {
      wider[places[item] ?? 0] = compiled.evaluate(row, index);
    });
    return wider;
  });
  return { columns, rows };
}

/** `project-rename New = Old`. */
export function rename(relation: Relation, items: readonly NamedExpression[], scope: Scope): Relation {
  const names = new Map<string, string>();
  for (const { name, expression } of items) {
    if (name === null || expression.kind !== 'name') throw semanticFault(scope.operator, 'Expected NewName = OldName');
    requireColumn(relation.columns, expression.name, scope);
    names.set(expression.name, name);
  }
  const columns = relation.columns.map((column) => ({ ...column, name: names.get(column.name) ?? column.name }));
  return { columns: withoutClashes(columns), rows: relation.rows };
}

function requireColumn(columns: readonly Column[], name: string, scope: Scope): void {
  if (columns.some((column) => column.name === name)) return;
  throw semanticFault(scope.operator, `Failed to resolve column or scalar expression named '${name}'`);
}

function matches(name: string, pattern: string): boolean {
  const bare = pattern.replaceAll('*', '');
  if (pattern.startsWith('*') && pattern.endsWith('*')) return name.includes(bare);
  if (pattern.endsWith('*')) return name.startsWith(bare);
  return pattern.startsWith('*') ? name.endsWith(bare) : name === pattern;
}

/** `project-away`, `project-keep` and `project-reorder`: columns by name or pattern. */
export function pickColumns(
  relation: Relation,
  kind: 'project-away' | 'project-keep' | 'project-reorder',
  patterns: readonly string[],
  scope: Scope,
): Relation {
  const { columns } = relation;
  for (const pattern of patterns) if (!pattern.includes('*')) requireColumn(columns, pattern, scope);
  const named = (column: Column) => patterns.findIndex((pattern) => matches(column.name, pattern));
  const places = columns.map((_, place) => place);
  const rank = (place: number) => {
    const column = columns[place];
    const found = column === undefined ? -1 : named(column);
    return found < 0 ? patterns.length : found;
  };
  const kept =
    kind === 'project-away'
      ? places.filter((place) => rank(place) === patterns.length)
      : kind === 'project-keep'
        ? places.filter((place) => rank(place) < patterns.length)
        : places.toSorted((left, right) => rank(left) - rank(right) || left - right);
  return {
    columns: kept.flatMap((place) => columns[place] ?? []),
    rows: relation.rows.map((row) => kept.map((place) => row[place] ?? null)),
  };
}
