import { comparable, keyOfRow } from '../evaluate/compare.ts';
import { compile } from '../evaluate/compile.ts';
import type { Compiled, Scope } from '../evaluate/scope.ts';
import { semanticFault } from '../fault.ts';
import type { Expression, JoinKind } from '../syntax/ast.ts';
import { absent, type Relation, type Row } from '../value.ts';
import { withoutClashes } from './names.ts';

/** What each kind of join keeps: pairs of both sides, rows of one side, and rows that found no partner. */
const kinds = {
  innerunique: { pairs: true, keepLeft: false, keepRight: false },
  inner: { pairs: true, keepLeft: false, keepRight: false },
  leftouter: { pairs: true, keepLeft: true, keepRight: false },
  rightouter: { pairs: true, keepLeft: false, keepRight: true },
  fullouter: { pairs: true, keepLeft: true, keepRight: true },
  leftsemi: { pairs: false, side: 'left', matched: true },
  rightsemi: { pairs: false, side: 'right', matched: true },
  leftanti: { pairs: false, side: 'left', matched: false },
  rightanti: { pairs: false, side: 'right', matched: false },
} as const satisfies Record<
  JoinKind,
  | { readonly pairs: true; readonly keepLeft: boolean; readonly keepRight: boolean }
  | { readonly pairs: false; readonly side: 'left' | 'right'; readonly matched: boolean }
>;

/** Joins on equality of the conditions; a null key finds no partner. Right columns with a name taken get a number. */
export function join(
  left: Relation,
  right: Relation,
  kind: JoinKind,
  on: readonly Expression[],
  scope: Scope,
): Relation {
  const keys = on.flatMap((condition) => keysOf(condition, left, right, scope));
  const leftKey = (row: Row, index: number) => keyOrNull(keys.map((key) => key.left.evaluate(row, index)));
  const rightKey = (row: Row, index: number) => keyOrNull(keys.map((key) => key.right.evaluate(row, index)));
  const rule = kinds[kind];
  if (!rule.pairs) {
    const [kept, other] = rule.side === 'left' ? [left, right] : [right, left];
    const [keyOfKept, keyOfOther] = rule.side === 'left' ? [leftKey, rightKey] : [rightKey, leftKey];
    const known = new Set(other.rows.map(keyOfOther));
    const rows = kept.rows.filter((row, index) => {
      const key = keyOfKept(row, index);
      return (key !== null && known.has(key)) === rule.matched;
    });
    return { ...kept, rows };
  }
  const partners = Map.groupBy(
    right.rows.map((row, index) => ({ row, key: rightKey(row, index) })),
    ({ key }) => key,
  );
  const met = new Set<string>();
  const rows: Row[] = [];
  const noRight = right.columns.map((column) => absent(column.type));
  const noLeft = left.columns.map((column) => absent(column.type));
  left.rows.forEach((row, index) => {
    const key = leftKey(row, index);
    // innerunique keeps one left row of each key.
    if (kind === 'innerunique' && key !== null && met.has(key)) return;
    const found = key === null ? undefined : partners.get(key);
    if (key !== null) met.add(key);
    if (found !== undefined) for (const partner of found) rows.push([...row, ...partner.row]);
    else if (rule.keepLeft) rows.push([...row, ...noRight]);
  });
  if (rule.keepRight) {
    right.rows.forEach((row, index) => {
      const key = rightKey(row, index);
      if (key === null || !met.has(key)) rows.push([...noLeft, ...row]);
    });
  }
  return { columns: withoutClashes([...left.columns, ...right.columns]), rows };
}

function keyOrNull(values: Row): string | null {
  return values.includes(null) ? null : keyOfRow(values);
}

interface KeyPair {
  readonly left: Compiled;
  readonly right: Compiled;
}

/** `Name`, `$left.a == $right.b` in either order, or several of these with `and`. */
function keysOf(condition: Expression, left: Relation, right: Relation, scope: Scope): readonly KeyPair[] {
  const bind = (name: string, side: Relation) =>
    compile({ kind: 'name', name, at: condition.at }, { ...scope, columns: side.columns });
  if (condition.kind === 'name') return [pair(bind(condition.name, left), bind(condition.name, right), scope)];
  if (condition.kind === 'binary' && condition.operator === 'and') {
    return [condition.left, condition.right].flatMap((part) => keysOf(part, left, right, scope));
  }
  if (condition.kind === 'binary' && condition.operator === '==') {
    const sides = [condition.left, condition.right];
    const named = (wanted: 'left' | 'right') => sides.find((side) => side.kind === 'side' && side.side === wanted);
    const [ofLeft, ofRight] = [named('left'), named('right')];
    if (ofLeft?.kind === 'side' && ofRight?.kind === 'side') {
      return [pair(bind(ofLeft.name, left), bind(ofRight.name, right), scope)];
    }
  }
  throw semanticFault(scope.operator, 'A join takes column names or equalities of $left and $right columns');
}

function pair(left: Compiled, right: Compiled, scope: Scope): KeyPair {
  if (comparable(left.type, right.type)) return { left, right };
  throw semanticFault(scope.operator, `Join keys of types ${left.type} and ${right.type} do not match`);
}
