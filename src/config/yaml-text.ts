import { LineCounter, parseDocument } from 'yaml';
import { asError } from '../errors.ts';
import type { Faults } from './faults.ts';

/** The YAML as plain data; null: it is empty. `undefined` with faults, which carry line and column where they have one. */
export const parseYaml = (text: string, faults: Faults): unknown => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    faults.add([`line ${line}, column ${col}`], error.message);
  }
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS() ?? null;
  } catch (thrown) {
    // An alias that leads nowhere, or too many of them.
    faults.add([], asError(thrown).message);
    return undefined;
  }
};
