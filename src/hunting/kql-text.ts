/** A fault that is seen without running the query, and where it is. */
export interface KqlTextFault {
  readonly says: string;
  readonly at: number;
}

/** Three backticks or tildes on each side: no escapes, line breaks allowed. */
const multiLine = /(```|~~~)[\s\S]*?\1/y;
/** The backslash is plain, and the quote is doubled. */
const verbatim = /[hH]?@(?:"(?:[^"\r\n]|"")*"|'(?:[^'\r\n]|'')*')/y;
const regular = /[hH]?(?:"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\\\r\n]|\\[^\r\n])*')/y;
const comment = /\/\/[^\r\n\u2028\u2029]*/y;
/** Where a text or a comment may begin. */
const begins = /[hH]?@?["']|\/\/|```|~~~/g;

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');

/**
 * The query with blanks in place of what its texts and comments hold, of the same length: what is left are its words and signs. A text that
 * does not end is a fault. The literals are those of the open lexer of KQL.
 */
export const codeOf = (query: string): string | KqlTextFault => {
  let code = '';
  let at = 0;
  for (;;) {
    begins.lastIndex = at;
    const begin = begins.exec(query)?.index;
    if (begin === undefined) return code + query.slice(at);
    code += query.slice(at, begin);
    const literal = [multiLine, comment, verbatim, regular].find((form) => {
      form.lastIndex = begin;
      return form.test(query);
    });
    if (literal === undefined) return { says: 'a text that begins here does not end on its line', at: begin };
    at = literal.lastIndex;
    // A text is a value: two quotes stay, so that it is not taken for nothing.
    const text = query.slice(begin, at);
    code += literal === comment ? blank(text) : `"${blank(text.slice(1, -1))}"`;
  }
};

/** A bracket without its partner. */
export const unpaired = (code: string): KqlTextFault | null => {
  const open: { readonly sign: string; readonly at: number }[] = [];
  for (const { 0: sign, index } of code.matchAll(/[()[\]{}]/g)) {
    const partner = pairs[sign];
    if (partner === undefined) open.push({ sign, at: index });
    else if (open.pop()?.sign !== partner) return { says: `"${sign}" closes nothing`, at: index };
  }
  const left = open.at(-1);
  return left === undefined ? null : { says: `"${left.sign}" is not closed`, at: left.at };
};

/** What advanced hunting does not run, and what the gateway does not send: it reaches out of the tenant, or reads all tables at once. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/(?:^|;)\s*\./, 'management commands are not part of advanced hunting'],
  [/(?:^|;)\s*set\s/, '`set` is not part of advanced hunting'],
  [/\b(?:cluster|database)\s*\(/, 'other clusters and databases are not part of advanced hunting'],
  [/\bexternaldata\b/, '`externaldata` fetches from an address outside of the tenant: give its rows as parameters'],
  [/\bunion\b(?:\s+\w+\s*=\s*[\w"]+)*\s*\*/, '`union` of all tables reads every one: name them'],
  [
    /(?:^|;|\()\s*(?:search|find)\b(?![^|;]*\bin\s*\()/,
    '`search` and `find` read every table: name them, as in `search in (AlertInfo, AlertEvidence) ...`',
  ],
];

/** The first of these in a query. */
export const refusedIn = (code: string): KqlTextFault | null => {
  for (const [form, says] of refusals) {
    const found = form.exec(code);
    if (found !== null) return { says, at: found.index };
  }
  return null;
};

/** Line and position as Microsoft counts them. */
export const placeIn = (query: string, at: number): string => {
  const before = query.slice(0, at).split('\n');
  return `line ${before.length}, position ${(before.at(-1)?.length ?? 0) + 1}`;
};
