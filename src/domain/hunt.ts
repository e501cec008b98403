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

/** Rows as JSON in UTF-8, each with the byte behind it that parts it from the next one. */
export interface HuntRowsText {
  readonly count: number;
  /** One after the other, each of whole rows. */
  readonly chunks: readonly Uint8Array[];
}

/** What all rows of a tenant get: whose they are. */
export interface HuntRowMark {
  /** The column that says so. */
  readonly name: string;
  readonly value: string;
  /** Writes it into a row, in place, where a column of the query has that name already. */
  write(row: HuntRow, columns: readonly HuntColumn[]): void;
}
