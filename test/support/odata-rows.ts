import type { Reply } from './stand-in.ts';

/** A row of a stand-in's collection. */
export type Row = Readonly<Record<string, unknown>>;

const tokens = (text: string): string[] => text.match(/'(?:[^']|'')*'|"[^"]*"|[(),]|[^\s(),]+/g) ?? [];

const literal = (token: string): string | null =>
  token === 'null'
    ? null
    : token.replace(/^'(.*)'$/s, (_all, inner: string) => inner.replaceAll("''", "'")).replace(/^"(.*)"$/s, '$1');

/** Times as digits of equal length, anything else in lower case. */
const comparable = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  const text = String(value);
  const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)?$/.exec(text);
  return time === null ? text.toLowerCase() : `${time[1]}T${time[2]}.${(time[3] ?? '').padEnd(9, '0')}`;
};

const compare = (a: string | null, operator: string, b: string | null): boolean => {
  if (operator === 'eq') return a === b;
  if (operator === 'ne') return a !== b;
  if (a === null || b === null) return false;
  if (operator === 'gt') return a > b;
  if (operator === 'ge') return a >= b;
  if (operator === 'lt') return a < b;
  if (operator === 'le') return a <= b;
  throw new Error(`No operator: ${operator}`);
};

/** The rows that an OData `$filter` lets pass; `leIsLt` reads `le` as `lt`. */
export const filtered = (rows: readonly Row[], filter: string | null, leIsLt = false): readonly Row[] => {
  if (filter === null || filter === '') return rows;
  const words = tokens(filter);
  const passes = (row: Row): boolean => {
    let at = 0;
    const next = () => words[at++] ?? '';
    const either = (): boolean => {
      let held = both();
      while (words[at] === 'or') {
        at += 1;
        const other = both();
        held = held || other;
      }
      return held;
    };
    const both = (): boolean => {
      let held = one();
      while (words[at] === 'and') {
        at += 1;
        const other = one();
        held = held && other;
      }
      return held;
    };
    const operand = (): string | null => {
      const word = next();
      if (word === 'tolower') {
        next();
        const inner = operand();
        next();
        return inner;
      }
      return /^['"]/.test(word) || word === 'null' || /^\d/.test(word)
        ? comparable(literal(word))
        : comparable(row[word]);
    };
    const one = (): boolean => {
      if (words[at] === 'not') {
        at += 1;
        return !one();
      }
      if (words[at] === '(') {
        at += 1;
        const held = either();
        at += 1;
        return held;
      }
      if (words[at] === 'startswith' || words[at] === 'contains') {
        const name = next();
        next();
        const a = operand() ?? '';
        next();
        const b = operand() ?? '';
        next();
        return name === 'contains' ? a.includes(b) : a.startsWith(b);
      }
      const left = operand();
      const operator = next();
      if (operator === 'in') {
        const members: (string | null)[] = [];
        next();
        while (words[at] !== ')' && at < words.length) {
          if (words[at] === ',') at += 1;
          else members.push(operand());
        }
        at += 1;
        return members.includes(left);
      }
      const right = operand();
      return compare(left, operator === 'le' && leIsLt ? 'lt' : operator, right);
    };
    return either();
  };
  return rows.filter(passes);
};

/** In which ways a collection is odd. */
export interface Ways {
  readonly rows: () => readonly Row[];
  readonly time: string;
  /** Rows of a page at most. */
  readonly cap?: number;
  /** Rows of a page when `$top` is not said. */
  readonly usual?: number;
  /** Pages are of any length up to `cap`. */
  readonly varies?: boolean;
  /** `$top` is the most of all pages together, as OData has it: links ask for what is left of it, by `$top` or in their token. */
  readonly topOfAll?: 'top' | 'token';
  readonly ignoresTop?: boolean;
  readonly ignoresSkip?: boolean;
  readonly leIsLt?: boolean;
  readonly order?: 'ascending' | 'none';
  /** Whether `$orderby`, which no page prints, is heeded. */
  readonly takesOrderBy?: boolean;
  /** How a link is written; `null` is none. */
  readonly link?: (url: URL, more: boolean) => string | null;
  readonly refuses?: (url: URL) => Reply | null;
  readonly between?: (answered: number) => void;
}

/** No service gives pages of fewer rows than this one when it has more. */
const leastPage = 3;

/** A collection as OData has it, but for the ways in which it is odd. */
export const collection = (ways: Ways): ((url: URL) => Reply) => {
  let answered = 0;
  return (url) => {
    const refusal = ways.refuses?.(url);
    if (refusal) return refusal;
    answered += 1;
    ways.between?.(answered);
    const query = url.searchParams;
    const found = [...filtered(ways.rows(), query.get('$filter'), ways.leIsLt)];
    const key = (row: Row) => String(row[ways.time]).replace('Z', '').padEnd(30, '0');
    const isAsked = ways.takesOrderBy === true && query.get('$orderby') === `${ways.time} desc`;
    if (ways.order !== 'none' || isAsked) found.sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
    if (ways.order === 'ascending' && !isAsked) found.reverse();
    const [token, inToken] = query.get('$skiptoken')?.split('.') ?? [];
    const skip = token === undefined ? (ways.ignoresSkip ? 0 : Number(query.get('$skip') ?? 0)) : Number(token);
    const top = ways.ignoresTop ? Number.POSITIVE_INFINITY : Number(inToken ?? query.get('$top') ?? ways.usual ?? 100);
    const cap = ways.cap ?? 1000;
    const size = Math.min(top, ways.varies === true ? leastPage + ((skip * 7 + answered * 5) % (cap - 2)) : cap);
    const left = ways.topOfAll === undefined ? top : top - size;
    const next = new URL(url);
    next.searchParams.delete('$skip');
    next.searchParams.set('$skiptoken', `${skip + size}${ways.topOfAll === 'token' ? `.${left}` : ''}`);
    if (ways.topOfAll === 'top') next.searchParams.set('$top', String(left));
    if (ways.topOfAll === 'token') next.searchParams.delete('$top');
    const more = skip + size < found.length && left > 0;
    const link = ways.link === undefined ? (more ? next.href : null) : ways.link(next, more);
    return { body: { value: found.slice(skip, skip + size), ...(link === null ? {} : { '@odata.nextLink': link }) } };
  };
};
