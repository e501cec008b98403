import type { Query } from '../syntax/ast.ts';
import type { Column, KqlType, Relation, Row, Value } from '../value.ts';

/** What a query can see besides the columns at hand. */
export interface Environment {
  /** The moment of `now()` and `ago()`, in ticks. */
  readonly now: bigint;
  /** The value a `let` gave to a name. */
  scalar(name: string): { readonly type: KqlType; readonly value: Value } | undefined;
  /** Whether the name is a table of the estate or of a `let`. */
  isTable(name: string): boolean;
  /** Runs a query; faults as a whole text does. */
  run(query: Query): Relation;
}

/** Where an expression stands: the columns it may name and the operator that a fault names. */
export interface Scope {
  readonly columns: readonly Column[];
  readonly environment: Environment;
  readonly operator: string | null;
}

/** An expression bound to columns. */
export interface Compiled {
  readonly type: KqlType;
  /** Its value is the same for every row. */
  readonly constant: boolean;
  /** `index` is the row's place in its table, for `row_number()`. */
  evaluate(row: Row, index: number): Value;
}

/** An expression that is this value for every row. */
export function constant(type: KqlType, value: Value): Compiled {
  return { type, constant: true, evaluate: () => value };
}

/** The value of an expression that names no column. */
export function fixedValue(compiled: Compiled): Value {
  return compiled.evaluate([], 0);
}
