/**
 * The rows of one hunting query in one tenant. Rows are Microsoft's objects, cleaned in place, never copied; whole numbers that
 * a double cannot hold are text.
 */
export interface HuntTable {
  readonly columns: readonly HuntColumn[];
  readonly rows: readonly HuntRow[];
  /** What Microsoft says the query cost; M365D only. */
  readonly stats: unknown;
}

/** A column of an answer. */
export interface HuntColumn {
  readonly name: string;
  /** Microsoft's name of the type, e.g. `DateTime`, `SByte`. */
  readonly type: string;
}

/** One row, keyed by column name. */
export type HuntRow = Record<string, unknown>;
