/** The rows of one hunting query in one tenant. Rows are Microsoft's objects, cleaned in place, never copied. */
export interface HuntTable {
  readonly columns: readonly HuntColumn[];
  readonly rows: readonly HuntRow[];
  /** What Microsoft says the query cost; M365D only. */
  readonly stats: unknown;
}

export interface HuntColumn {
  readonly name: string;
  /** Microsoft's name of the type, e.g. `DateTime`, `SByte`. */
  readonly type: string;
}

export type HuntRow = Record<string, unknown>;
