import type { ErrorCode } from 'yaml';

/** What the parser said, and what stands behind the place. */
export interface YamlError {
  readonly code: ErrorCode;
  /** The parser's own words: they may repeat the file, and are not shown. */
  readonly message: string;
  /** The rest of the line from the place on: not shown either. */
  readonly rest: string;
}

const quotedSign = 'text that begins with &, * or ! needs quotes';
const quotedColon = 'a second ": " on one line: text that holds ": " or ends with ":" needs quotes';
const unnamed = 'a name of a setting needs ": " behind it: a colon and a space';
const rowBesideNames =
  'a row of a list ("- ...") stands where a name of a setting was expected: a group holds one or the other, and a row has a space behind the -';
const indented = 'begins at another column than the lines that it belongs to: indent it as they are';
const directive = 'a line that begins with % is not for settings: take it out';
const hash = 'a # stands right behind a value: a comment needs a space before the # , and text with a # needs quotes';
const bracket = 'a { or [ without its } or ]';
const comma = 'a comma is missing in { } or [ ]';

/** Of each kind of error. */
const wordsOf = {
  ALIAS_PROPS: quotedSign,
  BAD_ALIAS: quotedSign,
  BAD_COLLECTION_TYPE: quotedSign,
  BAD_DIRECTIVE: directive,
  BAD_DQ_ESCAPE: 'a \\ in double quotes stands for itself only as \\\\; in single quotes it needs nothing',
  BAD_INDENT: indented,
  BAD_PROP_ORDER: quotedSign,
  BAD_SCALAR_START: 'text that begins with this sign needs quotes',
  BLOCK_AS_IMPLICIT_KEY: quotedColon,
  BLOCK_IN_FLOW:
    'inside of { } or [ ] there are commas, no rows with - and no further lines of names; text that holds ": " needs quotes',
  DUPLICATE_KEY: 'this name stands in its group twice',
  IMPOSSIBLE: indented,
  KEY_OVER_1024_CHARS: 'a name of a setting has more than 1024 characters: is a quote missing?',
  MISSING_CHAR: unnamed,
  MULTILINE_IMPLICIT_KEY: unnamed,
  MULTIPLE_ANCHORS: quotedSign,
  MULTIPLE_DOCS: 'another document begins with "---": a file holds one',
  MULTIPLE_TAGS: quotedSign,
  NON_STRING_KEY: quotedSign,
  RESOURCE_EXHAUSTION: 'is nested too deep',
  TAB_AS_INDENT: 'a tab stands where the line is indented: use spaces',
  TAG_RESOLVE_FAILED: 'text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'is not understood here: is a quote, a bracket or ": " missing on this line or before it?',
} satisfies Record<ErrorCode, string>;

/** Kinds that mean several things, by the parser's words. */
const byMessage: readonly (readonly [pattern: RegExp, words: string])[] = [
  // It calls itself for each level, and tells so that it could no more.
  [/call stack/, wordsOf.RESOURCE_EXHAUSTION],
  [/block sequence may not be used as an implicit map key/, rowBesideNames],
  [/^Missing closing/, 'a quote is opened here and never closed'],
  [/must be sufficiently indented|expected .* to end with|and end with a/i, bracket],
  [
    /^Sequence item without/,
    'is indented less than the row that it belongs to, and more than the list: indent it as the names of its row',
  ],
  [/^Missing , /, comma],
  [/^Missing space after :/, 'a space is missing behind the :'],
  [/^Comments must be separated/, hash],
  [/^Tags and anchors must/, quotedSign],
  [/directives-end/, directive],
  [/at node end$/, 'something stands behind the end of a value: put the whole value in quotes'],
  [/^Unexpected flow-(seq|map)-end token/, 'closes nothing: there is no { or [ for it'],
  [
    /^Block scalar header/,
    'text that begins with | or > needs quotes; behind a | of a text of several lines nothing may stand',
  ],
  [/^Unexpected block-seq-ind/, 'a row of a list ("- ...") begins on a line of its own'],
  [/^Unexpected (,|empty item)/, 'a comma has nothing before it'],
];

/** What is wrong, for people who know no word of YAML's specification. It repeats nothing of the file. */
export const yamlWords = ({ code, message, rest }: YamlError): string => {
  if (/^Nested mappings/.test(message) && !/:(\s|$)/.test(rest))
    return 'the next line is indented further than this one, which has its value already: indent them alike';
  return byMessage.find(([pattern]) => pattern.test(message))?.[1] ?? wordsOf[code];
};
