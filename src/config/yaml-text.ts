import { type Document, type ErrorCode, isAlias, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { asError } from '../errors.ts';
import type { Faults } from './faults.ts';

/** What is wrong, where the parser's own words repeat what stands there. */
const ownWords: Partial<Record<ErrorCode, string>> = {
  BAD_DIRECTIVE: 'A line that begins with % is no directive of YAML 1.2',
  MULTIPLE_DOCS: 'another document begins with "---": a file holds one',
  BAD_DQ_ESCAPE: 'A \\ in double quotes begins no escape of YAML',
  TAG_RESOLVE_FAILED: 'A word that begins with ! is no tag of YAML',
};

/** The parser's words without the text of the file, which it gives behind a colon: that may be a secret. */
const wordsOf = (message: string): string => message.replace(/: .*$/s, '');

/** Levels of groups and lists; the settings have ten at most. */
const mostLevels = 64;

/** Also of what holds itself by an alias. */
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** Each is looked for from the start of the file. */
const mostAliases = 1000;

/** Places of keys that their group has already, where the parser would compare each key with all others; and how many aliases there are. */
const lookedAt = (document: Document): { readonly doubled: readonly number[]; readonly aliases: number } => {
  const doubled: number[] = [];
  let aliases = 0;
  visit(document, (_key, node) => {
    if (isAlias(node)) aliases += 1;
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key)) continue;
      if (seen.has(key.value)) doubled.push(key.range?.[0] ?? 0);
      seen.add(key.value);
    }
  });
  return { doubled, aliases };
};

/**
 * The YAML as plain data; null: it is empty. `undefined` with faults, which carry line and column where they have one.
 * `merge`: `<<: *NAME` stands for the keys of what it names, as in YAML 1.1.
 */
export const parseYaml = (text: string, faults: Faults, { merge = false } = {}): unknown => {
  const lineCounter = new LineCounter();
  const tooDeep = 'is nested too deep, or an alias (*NAME) stands inside of what it stands for (&NAME)';
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, merge });
    const addAt = (offset: number, message: string): void => {
      const { line, col } = lineCounter.linePos(offset);
      faults.add([`line ${line}, column ${col}`], message);
    };
    for (const { code, message, pos } of document.errors) {
      // In these a colon is what is missing.
      const words = code === 'MISSING_CHAR' ? message : wordsOf(message);
      // The parser calls itself for each level, and tells here that it could no more.
      addAt(pos[0], /call stack/.test(message) ? tooDeep : (ownWords[code] ?? words));
    }
    if (document.errors.length > 0) return undefined;
    const { doubled, aliases } = lookedAt(document);
    for (const offset of doubled) addAt(offset, 'this name stands in its group twice');
    if (aliases > mostAliases) faults.add([], `holds ${aliases} aliases; ${mostAliases} are read`);
    if (doubled.length > 0 || aliases > mostAliases) return undefined;
    const value: unknown = document.toJS() ?? null;
    if (!isDeeper(value, mostLevels)) return value;
    faults.add([], tooDeep);
  } catch (thrown) {
    // The same, or an alias that leads nowhere, or too many of them.
    const isOfAlias = !(thrown instanceof RangeError);
    faults.add([], isOfAlias ? `${wordsOf(asError(thrown).message)}; text that begins with * needs quotes` : tooDeep);
  }
  return undefined;
};
