import { compile } from '../evaluate/compile.ts';
import { convert } from '../evaluate/convert.ts';
import type { Scope } from '../evaluate/scope.ts';
import { semanticFault } from '../fault.ts';
import type { Expansion } from '../syntax/ast.ts';
import { isArray, isBag, type Json, type Relation, type Row, type Value } from '../value.ts';
import { nameOf } from './names.ts';

/** `mv-expand`: one row per element; several columns go side by side. An empty or absent array leaves one row with null. */
export function expand(relation: Relation, items: readonly Expansion[], scope: Scope): Relation {
  const cells = items.map((item) => {
    const compiled = compile(item.expression, scope);
    if (compiled.type !== 'dynamic') throw semanticFault(scope.operator, `Expected a dynamic, got ${compiled.type}`);
    return { name: item.name ?? nameOf(item.expression) ?? 'Column1', type: item.type ?? 'dynamic', compiled } as const;
  });
  const columns = [...relation.columns];
  const places = cells.map(({ name, type }) => {
    const place = columns.findIndex((column) => column.name === name);
    if (place < 0) return columns.push({ name, type }) - 1;
    columns[place] = { name, type };
    return place;
  });
  const rows = relation.rows.flatMap((row, index): Row[] => {
    const lists = cells.map(({ compiled }) => elements(compiled.evaluate(row, index)));
    const longest = Math.max(1, ...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, element) => {
      const wider = [...row];
      cells.forEach(({ type }, cell) => {
        wider[places[cell] ?? 0] = convert(lists[cell]?.[element] ?? null, 'dynamic', type);
      });
      return wider;
    });
  });
  return { columns, rows };
}

function elements(value: Value): readonly Json[] {
  if (isArray(value)) return value;
  if (isBag(value)) return Object.entries(value).map(([key, member]) => Object.fromEntries([[key, member]]));
  return value === null || typeof value === 'bigint' ? [] : [value];
}
