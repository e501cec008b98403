import type { Tenant } from '../config/tenants.ts';
import type { Context } from '../context.ts';
import type { HuntRowsText } from '../domain/hunt.ts';
import type { RowsEnd } from '../lists/rows.ts';

/** The field by which lines that are no rows are told from those that are: no row has it. */
export const lineMarker = '@export';

/** One row: values of JSON by the names of the columns, in their order. */
export type ExportRow = Readonly<Record<string, unknown>>;

/** Rows that are given together: as values, or as text of JSON, a line each. */
export type ExportRows = readonly ExportRow[] | HuntRowsText;

/** A column that an export has. */
export interface Column {
  readonly name: string;
  /** Whether it is there when nobody says which. */
  readonly byDefault: boolean;
}

/** Query parameters by name, each with all its values. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

/** What a caller wants of an export, its columns and its number of rows read already. */
export interface ExportAsked {
  readonly parameters: Parameters;
  readonly columns: readonly string[];
  /** Null: all. */
  readonly first: number | null;
}

/** What can be told of rows besides themselves. */
export interface OpenedEnd extends Omit<RowsEnd, 'missing'> {
  /** When the snapshots of tenants were made, where Microsoft says so. */
  readonly snapshots?: Readonly<Record<string, string>>;
}

/** Rows that were read and are not shown yet: what a column costs is paid for rows that are given alone. */
export interface RowBatch {
  readonly count: number;
  /** Whose the row at a place is; null: it does not say. */
  tenantOf(index: number): string | null;
  /** The first so many of them as callers see them. To be called once. */
  show(count: number): Promise<ExportRows> | ExportRows;
}

/** An export that was asked for rightly; nothing is read yet. */
export interface OpenedExport {
  /** Whose rows it gives, for the audit. */
  readonly tenants: readonly Tenant[];
  /** What was asked, for the audit. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Of an export whose columns come with its rows: known once the first of them are. */
  columns?(): readonly string[];
  readonly batches: AsyncGenerator<RowBatch, void, void>;
  /** What could not be given, as far as it was read. */
  end(): OpenedEnd;
}

/** One thing that can be exported. */
export interface ExportSource {
  /** Null: they come with the rows. */
  readonly columns: readonly Column[] | null;
  /** Names of its own parameters, besides those that every export has. */
  readonly parameters: readonly string[];
  /** Throws what is wrong with the question before anything is read. */
  open(context: Context, asked: ExportAsked): OpenedExport;
}
