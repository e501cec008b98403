import type { HuntColumn, HuntRow } from '../domain/hunt.ts';

/** Beside a value, or inside an object, it says how Graph typed that value; it is no data. */
export const annotation = '@odata.type';

/** Deeper than any dynamic column; what is deeper stays as it is rather than end the call stack. */
const maxDepth = 100;

/** One column that Graph's typing can disturb. */
export interface Quirk {
  readonly name: string;
  readonly sidecar: string;
  readonly isBoolean: boolean;
}

/** The columns that Graph's typing can disturb. Text is never disturbed. `__proto__` cannot be written to a row that lacks it without changing the row's nature. */
export const quirksOf = (columns: readonly HuntColumn[]): readonly Quirk[] =>
  columns
    .filter(({ name, type }) => type.toLowerCase() !== 'string' && name !== '__proto__')
    .map(({ name, type }) => ({ name, sidecar: `${name}${annotation}`, isBoolean: type.toLowerCase() === 'sbyte' }));

/** A JSON object, as a row is one. */
export const isRow = (value: unknown): value is HuntRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: HuntRow): boolean => {
  for (const _ in value) return false;
  return true;
};

const isAnnotated = (value: HuntRow): boolean => {
  for (const key in value) if (key.endsWith(annotation)) return true;
  return false;
};

/** A new object costs a third of what `delete` does, which also leaves an object slow to read and to print. */
const withoutAnnotations = (value: HuntRow): HuntRow => {
  const kept: HuntRow = {};
  for (const key in value) if (!key.endsWith(annotation) && key !== '__proto__') kept[key] = value[key];
  return kept;
};

const cleanDynamic = (value: unknown, depth: number): unknown => {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) value[index] = cleanDynamic(value[index], depth - 1);
    return value;
  }
  if (!isRow(value)) return value;
  const clean = isAnnotated(value) ? withoutAnnotations(value) : value;
  for (const key in clean) {
    const child = clean[key];
    if (typeof child === 'object' && child !== null && key !== '__proto__') clean[key] = cleanDynamic(child, depth - 1);
  }
  return clean;
};

const cleanCell = (row: HuntRow, quirk: Quirk): void => {
  const value = row[quirk.name];
  if (typeof value === 'object') {
    if (value === null) return;
    // Graph sends an empty object where a date, a number or a dynamic value is null.
    row[quirk.name] = isRow(value) && isEmpty(value) ? null : cleanDynamic(value, maxDepth);
  } else if (quirk.isBoolean && typeof value === 'number') {
    // Graph sends a boolean as a signed byte.
    row[quirk.name] = value !== 0;
  }
};

/**
 * Takes Graph's typing out of a row: `{}` becomes null, a signed byte a boolean, and the annotations beside and inside values
 * go. Only columns that are not text are looked at, and only a row with annotations beside its values is replaced by another.
 */
export const rowCleaner = (columns: readonly HuntColumn[]): ((sent: HuntRow) => HuntRow) => {
  const quirks = quirksOf(columns);
  return (sent) => {
    const row = quirks.some((quirk) => sent[quirk.sidecar] !== undefined) ? withoutAnnotations(sent) : sent;
    for (const quirk of quirks) cleanCell(row, quirk);
    return row;
  };
};

/** The same for all rows, in place, so that 100,000 of them stay cheap. */
export const cleanRows = (columns: readonly HuntColumn[], rows: HuntRow[]): void => {
  const clean = rowCleaner(columns);
  for (let index = 0; index < rows.length; index += 1) {
    const sent = rows[index];
    if (sent === undefined) continue;
    const row = clean(sent);
    if (row !== sent) rows[index] = row;
  }
};
