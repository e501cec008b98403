import type { Position } from '../fault.ts';
import type { Column, KqlType, Value } from '../value.ts';

/** A scalar expression, or a query where one may stand (`in (T)`, `toscalar(T)`, a `let` of a table). */
export type Expression = { readonly at: Position } & (
  | { readonly kind: 'literal'; readonly type: KqlType; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  /** `$left.Name` or `$right.Name`, in a join's condition. */
  | { readonly kind: 'side'; readonly side: 'left' | 'right'; readonly name: string }
  | { readonly kind: 'member'; readonly target: Expression; readonly name: string }
  | { readonly kind: 'element'; readonly target: Expression; readonly index: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'negative'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  /** `in`, `has_any` and their kin: an operand and a list. */
  | {
      readonly kind: 'list';
      readonly operator: string;
      readonly left: Expression;
      readonly items: readonly Expression[];
    }
  | {
      readonly kind: 'between';
      readonly negated: boolean;
      readonly left: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  /** `*` as an argument: `arg_max(Timestamp, *)`. */
  | { readonly kind: 'star' }
  | { readonly kind: 'tabular'; readonly query: Query }
);

/** `Name = expression`, or an expression that is to name itself. */
export interface NamedExpression {
  readonly name: string | null;
  readonly expression: Expression;
}

/** One key of `sort by` or `top`, its defaults filled in. */
export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last';
}

/** The kinds of join; `anti` and the `...antisemi` names are other spellings. */
export type JoinKind =
  | 'innerunique'
  | 'inner'
  | 'leftouter'
  | 'rightouter'
  | 'fullouter'
  | 'leftsemi'
  | 'rightsemi'
  | 'leftanti'
  | 'rightanti';

/** One operator after a `|`. */
export type Step =
  | { readonly kind: 'where'; readonly predicate: Expression }
  | { readonly kind: 'project' | 'extend' | 'serialize' | 'project-rename'; readonly items: readonly NamedExpression[] }
  /** Column names, `*` allowed at either end. */
  | { readonly kind: 'project-away' | 'project-keep' | 'project-reorder'; readonly patterns: readonly string[] }
  | { readonly kind: 'take'; readonly count: Expression }
  | { readonly kind: 'top'; readonly count: Expression; readonly key: SortKey }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  /** `null` is `distinct *`. */
  | { readonly kind: 'distinct'; readonly items: readonly NamedExpression[] | null }
  | { readonly kind: 'count' | 'getschema' }
  | {
      readonly kind: 'summarize';
      readonly aggregates: readonly NamedExpression[];
      readonly by: readonly NamedExpression[];
    }
  | { readonly kind: 'join'; readonly join: JoinKind; readonly right: Query; readonly on: readonly Expression[] }
  | { readonly kind: 'union'; readonly union: Union }
  | { readonly kind: 'mv-expand'; readonly items: readonly Expansion[] };

/** One column of `mv-expand`, with the type after `to typeof` if there is one. */
export interface Expansion extends NamedExpression {
  readonly type: KqlType | null;
}

/** The inside of `union`, as a source or a step. */
export interface Union {
  readonly inner: boolean;
  /** Name of the column that says which table a row is from. */
  readonly withSource: string | null;
  readonly tables: readonly Query[];
}

/** Where the rows of a query come from. */
export type Source =
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'union'; readonly union: Union }
  | { readonly kind: 'print'; readonly items: readonly NamedExpression[] }
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly step: Expression;
    }
  | { readonly kind: 'datatable'; readonly columns: readonly Column[]; readonly cells: readonly Expression[] };

/** A source and the operators piped behind it. */
export interface Query {
  readonly source: Source;
  readonly steps: readonly Step[];
}

/** A whole text: its `let` statements and the one query they serve. */
export interface Program {
  readonly lets: readonly { readonly name: string; readonly value: Expression }[];
  readonly query: Query;
}
