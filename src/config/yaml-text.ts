import { type ErrorCode, LineCounter, parseDocument } from 'yaml';
import { asError } from '../errors.ts';
import type { Faults } from './faults.ts';

/** What the library says of the calls of a program, in words for a file. */
const said: Readonly<Partial<Record<ErrorCode, string>>> = {
  DUPLICATE_KEY: 'this name stands in its group twice',
  MULTIPLE_DOCS: 'another document begins with "---": a file holds one',
  RESOURCE_EXHAUSTION: 'is nested too deep',
};

/** Whether an alias stands inside of what it stands for, so that there is no end to it. */
const isEndless = (value: unknown, above: readonly unknown[] = []): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (above.includes(value) || Object.values(value).some((item) => isEndless(item, [...above, value])));

const read = (text: string, faults: Faults): unknown => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  for (const { code, message, pos } of document.errors) {
    const { line, col } = lineCounter.linePos(pos[0]);
    faults.add([`line ${line}, column ${col}`], said[code] ?? message);
  }
  if (document.errors.length > 0) return undefined;
  const value: unknown = document.toJS() ?? null;
  if (!isEndless(value)) return value;
  faults.add([], 'an alias (*NAME) stands inside of what it stands for (&NAME)');
  return undefined;
};

/** The YAML as plain data; null: it is empty. `undefined` with faults, which carry line and column where they have one. */
export const parseYaml = (text: string, faults: Faults): unknown => {
  try {
    return read(text, faults);
  } catch (thrown) {
    // An alias that leads nowhere, or too many of them; what is nested beyond the stack.
    const error = asError(thrown);
    faults.add([], error instanceof RangeError ? 'is nested too deep' : error.message);
    return undefined;
  }
};
