import { absent, type Column, type Relation, type Row } from '../value.ts';

/** A member of a union and the name that `withsource` prints for it. */
export interface Member {
  readonly source: string;
  readonly relation: Relation;
}

/**
 * Rows of all members, one after the other. An outer union has every column, an inner one those that all have. Columns of
 * one name and different types stay apart as `Name_type`, as Kusto keeps them.
 */
export function union(members: readonly Member[], inner: boolean, withSource: string | null): Relation {
  const spelled = members.map(({ source, relation }) => ({ source, relation, columns: relation.columns }));
  const types = new Map<string, Set<string>>();
  for (const { columns } of spelled) {
    for (const { name, type } of columns) types.set(name, (types.get(name) ?? new Set()).add(type));
  }
  const spell = (column: Column): Column =>
    (types.get(column.name)?.size ?? 1) > 1 ? { ...column, name: `${column.name}_${column.type}` } : column;
  const tables = spelled.map((member) => ({ ...member, columns: member.columns.map(spell) }));
  const all = new Map(tables.flatMap(({ columns }) => columns.map((column) => [column.name, column] as const)));
  const columns = [...all.values()].filter(
    ({ name }) => !inner || tables.every((table) => table.columns.some((column) => column.name === name)),
  );
  const rows = tables.flatMap((table): readonly Row[] => {
    const places = columns.map(({ name }) => table.columns.findIndex((column) => column.name === name));
    const lead = withSource === null ? [] : [table.source];
    return table.relation.rows.map((row) => [
      ...lead,
      ...columns.map((column, index) => row[places[index] ?? -1] ?? absent(column.type)),
    ]);
  });
  return { columns: withSource === null ? columns : [{ name: withSource, type: 'string' }, ...columns], rows };
}
