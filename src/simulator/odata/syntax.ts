/** A value written in a filter. Times are already in comparable form (UTC, seven fractional digits). */
export type Literal =
  | { readonly type: 'guid' | 'time'; readonly value: string }
  /** `doubleQuoted`: written as `"x"`. */
  | { readonly type: 'string'; readonly value: string; readonly doubleQuoted: boolean }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null'; readonly value: null };

export const comparisonOperators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const textFunctions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof textFunctions)[number];

export const quantifiers = ['any', 'all'] as const;
export type Quantifier = (typeof quantifiers)[number];

/** One side of a comparison: a property (or lambda variable) by name, or a value. */
export type Operand =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly literal: Literal };

/** A parsed `$filter`. */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: 'not'; readonly operand: FilterNode }
  | { readonly kind: 'flag'; readonly operand: Operand }
  | { readonly kind: 'compare'; readonly operator: ComparisonOperator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly items: readonly Literal[] }
  | { readonly kind: 'text'; readonly function: TextFunction; readonly operand: Operand; readonly argument: Literal }
  | {
      readonly kind: 'lambda';
      readonly quantifier: Quantifier;
      readonly collection: string;
      readonly variable: string;
      /** `null` is the bare `any()`: the collection holds something. */
      readonly predicate: FilterNode | null;
    };
