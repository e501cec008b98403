import { isUtf8 } from 'node:buffer';
import type { HuntColumn, HuntRowMark } from '../../domain/hunt.ts';
import { parseExactly } from '../exact-json.ts';
import { isRow, rowCleaner } from '../hunt-cells.ts';
import { afterSpace, afterValue, codes, unknownYet } from '../json-places.ts';
import { type RowShape, rowShapeOf } from './row-shape.ts';
import { afterRow, type Change, odd } from './row-walk.ts';
import { createRowsWriter, type RowsWriter } from './rows-writer.ts';

/** Reads the list of rows, of which some bytes are at hand at a time. */
export interface RowReader {
  readonly columns: readonly HuntColumn[];
  /**
   * Reads what is whole; the place behind it. `bytes` begins where the last reading ended, and its byte at `end` is 0. Throws a
   * `SyntaxError`.
   */
  read(bytes: Buffer, end: number): number;
  /** Whether the list is at its end. */
  readonly isOver: boolean;
  readonly total: number;
  /** Whether something in the list is no row. */
  readonly hasOthers: boolean;
  /** The rows that were read and not taken. */
  readonly written: Pick<RowsWriter, 'full' | 'takeFull' | 'take'>;
}

/** Shapes that are known at the same time: Graph leaves out the annotation of a cell that is null. */
const mostShapes = 8;

interface KnownShape {
  readonly names: readonly string[];
  /** Null: such rows are always parsed. */
  readonly shape: RowShape | null;
}

/** What is to come in the list. */
type Expected = 'first' | 'row' | 'comma';

/** Reads rows: those of a known shape are copied, others parsed, each by itself, and cleaned. */
export const createRowReader = ({
  columns,
  mark,
  maxRows,
  separator,
  chunkBytes,
}: {
  readonly columns: readonly HuntColumn[];
  readonly mark: HuntRowMark;
  readonly maxRows: number;
  readonly separator: string;
  readonly chunkBytes?: number | undefined;
}): RowReader => {
  const clean = rowCleaner(columns);
  const hasMark = columns.some(({ name }) => name === mark.name);
  const writer = createRowsWriter(
    Buffer.from(`,${JSON.stringify(mark.name)}:${JSON.stringify(mark.value)}}`),
    separator,
    chunkBytes,
  );
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const changes: Change[] = [];
  let known: KnownShape[] = [];
  let expected: Expected = 'first';
  let isOver = false;
  let hasOthers = false;
  let total = 0;

  const learn = (names: readonly string[]): void => {
    const isKnown = known.some(
      (one) => one.names.length === names.length && one.names.every((name, index) => name === names[index]),
    );
    if (isKnown) return;
    const shape = hasMark ? null : rowShapeOf(names, columns, mark.name);
    known = [{ names, shape }, ...known].slice(0, mostShapes);
  };

  /** Parses what stands there, a row or not. */
  const parse = (text: string): void => {
    const row = parseExactly(text);
    if (!isRow(row)) {
      hasOthers = true;
      return;
    }
    if (total >= maxRows) return;
    learn(Object.keys(row));
    const cleaned = clean(row);
    mark.write(cleaned, columns);
    writer.text(JSON.stringify(cleaned));
  };

  /** The place behind the row, or what else stands there; `unknownYet`. `isText`: the bytes are UTF-8 up to the last brace. */
  const element = (bytes: Buffer, at: number, end: number, isText: boolean): number => {
    if (bytes[at] === codes.openBrace && isText) {
      for (const { shape } of known) {
        if (shape === null) continue;
        const behind = afterRow(bytes, at, end, shape, changes);
        if (behind === odd) continue;
        if (behind !== unknownYet && total < maxRows) writer.copy(bytes, at, behind, changes);
        return behind;
      }
    }
    const behind = afterValue(bytes, at, end);
    if (behind !== unknownYet)
      parse(isText ? bytes.toString('utf8', at, behind) : decoder.decode(bytes.subarray(at, behind)));
    return behind;
  };

  return {
    columns,
    read: (bytes, end) => {
      const isText = isUtf8(bytes.subarray(0, bytes.subarray(0, end).lastIndexOf(codes.closeBrace) + 1));
      for (let place = 0; ; ) {
        const at = afterSpace(bytes, place, end);
        if (at === end) return place;
        const code = bytes[at];
        if (code === codes.closeBracket && expected !== 'row') {
          isOver = true;
          return at + 1;
        }
        if (expected === 'comma') {
          if (code !== codes.comma) throw new SyntaxError('There is no comma between two rows');
          expected = 'row';
          place = at + 1;
          continue;
        }
        const behind = element(bytes, at, end, isText);
        if (behind === unknownYet) return at;
        total += 1;
        expected = 'comma';
        place = behind;
      }
    },
    get isOver() {
      return isOver;
    },
    get total() {
      return total;
    },
    get hasOthers() {
      return hasOthers;
    },
    written: writer,
  };
};
