import { stringify } from 'csv-stringify/sync';
import { shownMessage } from '../../errors.ts';
import { type ExportEnd, type ExportRows, lineMarker, textOfRows, valuesOfRows } from '../../exports/exports.ts';
import { errorExtensions } from '../error-format.ts';

/** How rows are written. */
export interface ExportFormat {
  /** Media type, and the ending of the file's name. */
  readonly type: string;
  readonly ending: string;
  /** What comes before the rows. */
  head(columns: readonly string[]): string;
  rows(rows: ExportRows, columns: readonly string[]): string | Uint8Array;
  /** What comes behind them. */
  tail(end: ExportEnd): string;
  /** Whether the tail says what is missing, so that the answer may end well all the same. */
  readonly tells: boolean;
}

/** Whether all rows that were asked for are there. */
export const isComplete = ({ failures, remarks, truncation }: ExportEnd): boolean =>
  failures.length === 0 && remarks.length === 0 && truncation === null;

/** A tenant's failure as the graph tells it: its code first. */
const failureLines = ({ failures, remarks }: ExportEnd): readonly Readonly<Record<string, unknown>>[] =>
  [...failures, ...remarks].map(({ tenant, error }) => ({
    [lineMarker]: 'failure',
    ...errorExtensions(error),
    tenant: tenant.name,
    message: shownMessage(error),
  }));

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Newline-delimited JSON: rows, then a line for each failure, then the one that ends a whole answer. */
const ndjson: ExportFormat = {
  type: 'application/x-ndjson; charset=utf-8',
  ending: 'ndjson',
  head: () => '',
  rows: (rows) => textOfRows(rows) ?? lines(valuesOfRows(rows)),
  tail: (end) => {
    const { rows, more, truncation, snapshots = {} } = end;
    const made = Object.keys(snapshots).length === 0 ? {} : { snapshots };
    const last = { [lineMarker]: 'end', rows, complete: isComplete(end), more, truncation, ...made };
    return lines([...failureLines(end), last]);
  },
  tells: true,
};

/** A cell that is no plain value is JSON. */
const cellOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/**
 * RFC 4180, and harmless in a spreadsheet: a text that begins as a formula does (`=`, `+`, `-`, `@`, a tab, a carriage return) gets a
 * `'` before it. https://owasp.org/www-community/attacks/CSV_Injection
 */
const csvOf = (records: readonly (readonly unknown[])[]): string =>
  stringify(
    records.map((record) => record.map(cellOf)),
    {
      escape_formulas: true,
      record_delimiter: 'windows',
      quoted_match: /[\r\n]/,
      // A line with nothing on it is no row for those who read it.
      quoted_empty: records[0]?.length === 1,
      cast: { boolean: String },
    },
  );

const csv: ExportFormat = {
  type: 'text/csv; charset=utf-8; header=present',
  ending: 'csv',
  head: (columns) => csvOf([columns]),
  rows: (rows, columns) => csvOf(valuesOfRows(rows).map((row) => columns.map((column) => row[column]))),
  // The connection is cut behind it: for people who look why.
  tail: (end) => {
    const told = [...end.failures, ...end.remarks].map(
      ({ tenant, error }) => `${tenant.name}: ${error.code}: ${shownMessage(error)}`,
    );
    const missing = [...told, ...(end.truncation === null ? [] : [end.truncation])];
    return csvOf(missing.map((text) => [`# NOT COMPLETE: ${text}`]));
  },
  tells: false,
};

/** The formats by the word of `format`. */
export const exportFormats = { ndjson, csv } as const satisfies Record<string, ExportFormat>;

/** The word of one. */
export type FormatName = keyof typeof exportFormats;
