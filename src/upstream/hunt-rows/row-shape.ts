import type { HuntColumn } from '../../domain/hunt.ts';
import { annotation, type Quirk, quirksOf } from '../hunt-cells.ts';

/** What becomes of the cell under a key. */
export type CellKind =
  /** It is text, or of no column: it stays. */
  | 'plain'
  /** `{}` is null. */
  | 'typed'
  /** A number is a boolean as well. */
  | 'boolean'
  /** The key and its cell go. */
  | 'annotation';

/** The keys of a row in their order, as bytes with the comma before and the colon behind, and the kinds of its cells. */
export interface RowShape {
  readonly keys: readonly Uint8Array[];
  readonly kinds: readonly CellKind[];
}

/** Names that are digits come first in an object, wherever they are written. */
const isIndex = /^\d+$/;

const kindOf = (name: string, quirks: ReadonlyMap<string, Quirk>, dropsAnnotations: boolean): CellKind => {
  if (dropsAnnotations && name.endsWith(annotation)) return 'annotation';
  const quirk = quirks.get(name);
  if (quirk === undefined) return 'plain';
  return quirk.isBoolean ? 'boolean' : 'typed';
};

/**
 * The shape of rows with these keys; `null`: such rows have to be read, since what `JSON.parse` makes of them has other keys or
 * another order. `reserved`: a name that the row must not have.
 */
export const rowShapeOf = (
  names: readonly string[],
  columns: readonly HuntColumn[],
  reserved: string,
): RowShape | null => {
  const quirks = new Map(quirksOf(columns).map((quirk) => [quirk.name, quirk]));
  const dropsAnnotations = [...quirks.values()].some(({ sidecar }) => names.includes(sidecar));
  const kinds = names.map((name) => kindOf(name, quirks, dropsAnnotations));
  const texts = names.map((name) => JSON.stringify(name));
  const isOdd =
    names.length === 0 ||
    names.includes(reserved) ||
    names.includes('__proto__') ||
    names.some((name) => isIndex.test(name)) ||
    texts.some((text) => text.includes('\\')) ||
    kinds[0] === 'annotation' ||
    new Set(columns.map(({ name }) => name)).size !== columns.length;
  if (isOdd) return null;
  return { keys: texts.map((text, index) => Buffer.from(`${index === 0 ? '{' : ','}${text}:`)), kinds };
};
