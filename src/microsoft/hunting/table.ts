/** Kusto's scalar types, by their canonical names (`boolean`, `double` and `date` are only other spellings). */
export type KqlType = 'bool' | 'int' | 'long' | 'real' | 'string' | 'datetime' | 'timespan' | 'guid' | 'dynamic';

/** Column names and Kusto types of one table, in the documented order. */
export type ColumnTypes = Readonly<Record<string, KqlType>>;

/** A documented table in short. */
export interface DocumentedTable {
  /** As queries name it; with case. */
  readonly table: string;
  /** The column that a time span narrows; `null` for a snapshot table. */
  readonly timeColumn: string | null;
  /** As `Name:type`, parted by white space. */
  readonly columns: string;
}
