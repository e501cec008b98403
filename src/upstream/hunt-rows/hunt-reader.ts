import type { HuntColumn, HuntRowMark, HuntRowsText } from '../../domain/hunt.ts';
import { parseExactly } from '../exact-json.ts';
import type { BodyReader } from '../http/body-reader.ts';
import { hasError, MalformedAnswerError } from '../http/shape.ts';
import { columnsOf, readHuntTable, statsOf } from '../hunt-table.ts';
import { unknownYet } from '../json-places.ts';
import { frameNames, rowsPlaceOf } from './frame.ts';
import { createRowReader, type RowReader } from './row-reader.ts';
import { createRowsWriter } from './rows-writer.ts';

/** Rows that are given on while more come. */
export interface HuntPart {
  readonly columns: readonly HuntColumn[];
  readonly rows: HuntRowsText;
}

/** How the rows of an answer are written. */
export interface HuntReading {
  readonly mark: HuntRowMark;
  /** Behind each row. */
  readonly separator: ',' | '\n';
  /** Rows that are written; those behind them are read and counted all the same. */
  readonly maxRows: number;
  /** Takes rows of a long answer while more come; a promise: no more is read before it is settled. Absent: all are kept. */
  readonly give?: ((part: HuntPart) => Promise<void> | undefined) | undefined;
  /** Bytes that are looked at together. */
  readonly atOnce?: number;
  /** Bytes of rows from which on they are given. */
  readonly longFrom?: number;
  /** Bytes of the first chunk of rows. */
  readonly chunkBytes?: number;
}

/** A hunting answer that was read to its end. */
export interface HuntRead {
  readonly columns: readonly HuntColumn[];
  /** Those that were not given on before. */
  readonly rows: HuntRowsText;
  /** Rows of the answer. */
  readonly total: number;
  readonly stats: unknown;
}

/** Bytes that are looked at together: of each chunk of TLS alone it would be more work. */
const usualAtOnce = 64 * 1024;

/** A short answer is read to its end before a row of it is given on: then it can still be asked for again. */
const usualLongFrom = 1024 * 1024;

/** Columns take a few thousand. */
const longestFrame = 1024 * 1024;

/** What is nested deeper than it can be written is as little of use as what is no JSON. Throws all other faults. */
const syntaxFault = (thrown: unknown): SyntaxError => {
  if (thrown instanceof SyntaxError) return thrown;
  if (thrown instanceof RangeError) return new SyntaxError('The answer is nested too deep', { cause: thrown });
  throw thrown;
};

/**
 * Reads the answer of any of the three hunting APIs while it comes: its rows become what `JSON.stringify` makes of those that
 * `readHuntTable` reads, with the mark of their tenant. Most are written as they came, and never parsed. What `parse` is given is for
 * `huntRead`.
 */
export const createHuntReader = (reading: HuntReading): BodyReader => {
  const { mark, separator, maxRows, give, atOnce = usualAtOnce } = reading;
  let work = Buffer.alloc(0);
  let filled = 0;
  let needed = atOnce;
  let stage: 'frame' | 'rows' | 'behind' | 'whole' = 'frame';
  /** What stands before the rows, and the reader of them. */
  let before = '';
  let rows: RowReader | null = null;
  let broken: SyntaxError | null = null;
  let longFrom = reading.longFrom ?? usualLongFrom;

  const append = (bytes: Uint8Array): void => {
    // Behind the last byte is a 0, at which every walk ends.
    if (filled + bytes.length + 1 > work.length) {
      const larger = Buffer.allocUnsafeSlow(2 * Math.max(atOnce, filled + bytes.length) + 1);
      work.copy(larger, 0, 0, filled);
      work = larger;
    }
    work.set(bytes, filled);
    filled += bytes.length;
    work[filled] = 0;
  };
  const dropBefore = (place: number): void => {
    work.copyWithin(0, place, filled);
    filled -= place;
    work[filled] = 0;
  };

  const readFrame = (): void => {
    const place = rowsPlaceOf(work, filled);
    if (place === unknownYet && filled <= longestFrame) return;
    stage = 'whole';
    if (place === unknownYet || place === 'none') return;
    try {
      before = new TextDecoder().decode(work.subarray(0, place));
      const columns = columnsOf(parseExactly(`${before}]}`));
      if (columns === null) return;
      rows = createRowReader({ ...reading, columns });
      stage = 'rows';
      dropBefore(place);
    } catch (thrown) {
      // Who reads the whole of it tells what is wrong.
      if (!(thrown instanceof SyntaxError || thrown instanceof MalformedAnswerError)) throw thrown;
    }
  };

  const read = (): void => {
    if (stage === 'frame') readFrame();
    if (stage === 'rows' && rows !== null) {
      const place = rows.read(work, filled);
      if (rows.isOver) stage = 'behind';
      dropBefore(place);
    }
    // What is not whole yet is looked at again when there is much more of it.
    needed = Math.max(atOnce, 2 * filled);
  };

  const whole = (): HuntRead | null => {
    const body = parseExactly(new TextDecoder().decode(work.subarray(0, filled)));
    try {
      const table = readHuntTable(body);
      const writer = createRowsWriter(Buffer.alloc(0), separator);
      for (const row of table.rows.slice(0, maxRows)) {
        mark.write(row, table.columns);
        writer.text(JSON.stringify(row));
      }
      return { columns: table.columns, rows: writer.take(), total: table.rows.length, stats: table.stats };
    } catch (thrown) {
      if (thrown instanceof MalformedAnswerError) return null;
      throw thrown;
    }
  };

  const readToEnd = (): HuntRead | null => {
    read();
    if (rows === null || stage === 'frame' || stage === 'whole') return whole();
    if (stage === 'rows') throw new SyntaxError('The answer ends among its rows');
    const behind = new TextDecoder('utf-8', { ignoreBOM: true }).decode(work.subarray(0, filled));
    const frame = parseExactly(`${before}]${behind}`);
    const named = Object.keys(Object(JSON.parse(`{"":0${behind}`)));
    // Which of two members of one name is meant is nowhere said.
    if (rows.hasOthers || named.some((name) => frameNames.has(name)) || hasError(frame)) return null;
    return { columns: rows.columns, rows: rows.written.take(), total: rows.total, stats: statsOf(frame) };
  };

  return {
    write: (bytes) => {
      if (broken !== null) return undefined;
      append(bytes);
      if (filled < needed || stage === 'whole' || stage === 'behind') return undefined;
      try {
        read();
      } catch (thrown) {
        broken = syntaxFault(thrown);
        return undefined;
      }
      if (give === undefined || rows === null || rows.hasOthers || rows.written.full < longFrom) return undefined;
      longFrom = 1;
      return give({ columns: rows.columns, rows: rows.written.takeFull() });
    },
    end: () => {
      if (broken !== null) throw broken;
      try {
        return readToEnd();
      } catch (thrown) {
        throw syntaxFault(thrown);
      }
    },
  };
};

const isHuntRead = (value: unknown): value is HuntRead =>
  typeof value === 'object' && value !== null && 'rows' in value && 'total' in value;

/** What a hunt reader came to. Throws a `MalformedAnswerError` when columns or rows are missing. */
export const huntRead = (value: unknown): HuntRead => {
  if (isHuntRead(value)) return value;
  throw new MalformedAnswerError('the result of a hunting query');
};
