import type { Expression } from '../syntax/ast.ts';
import type { Column } from '../value.ts';

/** Calls whose column is named after their first argument. */
const transparent = new Set([
  'bin',
  'floor',
  'tostring',
  'toint',
  'tolong',
  'toreal',
  'todouble',
  'tobool',
  'todatetime',
  'totimespan',
  'toguid',
  'todynamic',
]);

/** The name an expression gives to its column; `null` when it has none and becomes `Column1`. */
export function nameOf(expression: Expression): string | null {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'member': {
      const target = nameOf(expression.target);
      return target === null ? null : `${target}_${expression.name}`;
    }
    case 'element': {
      const target = nameOf(expression.target);
      const { index } = expression;
      return target === null || index.kind !== 'literal' ? null : `${target}_${String(index.value)}`;
    }
    case 'call': {
      const [first] = expression.args;
      return transparent.has(expression.name) && first !== undefined ? nameOf(first) : null;
    }
    default:
      return null;
  }
}

/** Gives columns with a name already taken the name plus the first free number, as a join does (`CveId1`). */
export function withoutClashes(columns: readonly Column[]): readonly Column[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let number = 1; taken.has(name); number++) name = `${column.name}${number}`;
    taken.add(name);
    return { ...column, name };
  });
}
