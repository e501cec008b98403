import { type Document, isAlias, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Faults } from './faults.ts';
import { shownLine } from './yaml-line.ts';
import { yamlWords } from './yaml-words.ts';

/** Levels of groups and lists; the settings have ten at most. */
const mostLevels = 64;

/** Also of what holds itself by an alias. */
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** Each is looked for from the start of the file. */
const mostAliases = 1000;

/** Something wrong with its place in the text. */
type Placed = readonly [offset: number, words: string];

/**
 * What the parser lets pass: keys that their group has already (it would compare each key with all others), and text that YAML
 * takes for a sign of its own. And how many aliases there are.
 */
const lookedAt = (document: Document): { readonly odd: readonly Placed[]; readonly aliases: number } => {
  const odd: Placed[] = document.warnings.map(({ pos, code, message }) => [
    pos[0],
    yamlWords({ code, message, rest: '' }),
  ]);
  const anchors = new Set<string>();
  let aliases = 0;
  visit(document, (_key, node) => {
    if (!isNode(node)) return;
    const [offset = 0] = node.range ?? [];
    if (isAlias(node)) {
      aliases += 1;
      if (!anchors.has(node.source)) odd.push([offset, 'text that begins with * needs quotes']);
      return;
    }
    if (node.anchor !== undefined) {
      anchors.add(node.anchor);
      if (isScalar(node) && node.source === '')
        odd.push([offset - node.anchor.length - 1, 'text that begins with & needs quotes']);
    }
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key)) continue;
      if (seen.has(key.value)) odd.push([key.range?.[0] ?? 0, 'this name stands in its group twice']);
      seen.add(key.value);
    }
  });
  return { odd, aliases };
};

/** Where the bracket or quote was opened whose end the parser misses, for it tells where it gave up. */
const openedAt = (document: Document, missedAt: number): number => {
  let opened = missedAt;
  visit(document, (_key, node) => {
    const isOpened = (isCollection(node) && node.flow === true) || (isScalar(node) && /^QUOTE/.test(node.type ?? ''));
    const [start = 0, , end = 0] = (isOpened && node.range) || [];
    if (isOpened && start < missedAt && end >= missedAt) opened = start;
  });
  return opened;
};

/** The parser's words where the end of a bracket or a quote is missing. */
const isMissingEnd = (message: string): boolean => /^Missing closing|and end with a /.test(message);

/**
 * The YAML as plain data; null: it is empty. `undefined` with faults, which carry line and column where they have one.
 * `merge`: `<<: *NAME` stands for the keys of what it names, as in YAML 1.1.
 */
export const parseYaml = (text: string, faults: Faults, { merge = false } = {}): unknown => {
  const lineCounter = new LineCounter();
  const lines = text.split('\n');
  const told = new Set<number>();
  /** The first fault of a line: what else is wrong there follows from it. */
  const addAt = ([offset, words]: Placed): void => {
    const { line, col } = lineCounter.linePos(offset);
    if (told.has(line)) return;
    told.add(line);
    const shown = shownLine(lines[line - 1] ?? '');
    faults.add([`line ${line}, column ${col}`], /^\s*…?$/.test(shown) ? words : `${words}. The line: "${shown}"`);
  };
  const tooDeep = 'is nested too deep, or an alias (*NAME) stands inside of what it stands for (&NAME)';
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, merge });
    for (const { code, message, pos } of document.errors) {
      const offset = isMissingEnd(message) ? openedAt(document, pos[0]) : pos[0];
      const [rest = ''] = text.slice(offset).split('\n', 1);
      addAt([offset, yamlWords({ code, message, rest })]);
    }
    if (document.errors.length > 0) return undefined;
    const { odd, aliases } = lookedAt(document);
    for (const placed of odd) addAt(placed);
    if (aliases > mostAliases) faults.add([], `holds ${aliases} aliases; ${mostAliases} are read`);
    if (odd.length > 0 || aliases > mostAliases) return undefined;
    const value: unknown = document.toJS() ?? null;
    if (!isDeeper(value, mostLevels)) return value;
  } catch (thrown) {
    // The call stack is full, or aliases of aliases stand for more than the parser takes.
    if (!(thrown instanceof RangeError || thrown instanceof ReferenceError)) throw thrown;
  }
  faults.add([], tooDeep);
  return undefined;
};
