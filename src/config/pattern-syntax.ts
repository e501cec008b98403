/** A part of a regular expression. */
export type Piece =
  | { readonly kind: 'characters'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence' | 'choice'; readonly pieces: readonly Piece[] }
  | RepeatedPiece;

/** A part that comes several times; `most` null: any number. */
export interface RepeatedPiece {
  readonly kind: 'repeated';
  readonly piece: Piece;
  readonly least: number;
  readonly most: number | null;
}

/** What has to hold at a place of the text. */
export type Assertion =
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'wordEdge'; readonly is: boolean }
  | { readonly kind: 'ahead'; readonly piece: Piece; readonly is: boolean };

/** What a group begins with, and what is made of the rest; with no `wrap` it is the group's content alone. */
const groups: readonly (readonly [opening: RegExp, wrap?: (piece: Piece) => Piece])[] = [
  [/\(\?:/y],
  [/\(\?=/y, (piece) => ({ kind: 'assertion', assertion: { kind: 'ahead', piece, is: true } })],
  [/\(\?!/y, (piece) => ({ kind: 'assertion', assertion: { kind: 'ahead', piece, is: false } })],
  [/\(\?<[^=!>]+>/y],
  [/\((?!\?)/y],
];

const assertions: readonly (readonly [written: string, assertion: Assertion])[] = [
  ['^', { kind: 'start' }],
  ['$', { kind: 'end' }],
  ['\\b', { kind: 'wordEdge', is: true }],
  ['\\B', { kind: 'wordEdge', is: false }],
];

/** One character's worth of a pattern: a class, an escape, or itself. */
const oneCharacter =
  /\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|p\{[^}]+\}|c[a-z]|[\s\S])|[^()|*+?{}\]]/iuy;

const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

const counts = { '*': [0, null], '+': [1, null], '?': [0, 1] } as const;

/**
 * The parts of a regular expression of JavaScript (with its flag `u`). What one character has to be is asked of JavaScript itself,
 * which cannot go back over one. Throws a `SyntaxError` for what is none, and for what needs going back over the text: back
 * references, look-behinds, look-aheads but at the beginning.
 */
export const parsePattern = (source: string): Piece => {
  // What is no pattern at all is told in JavaScript's own words.
  new RegExp(source, 'u');
  let at = 0;
  /** Where a look-ahead may stand: each is one walk over the text, which elsewhere would be one from every place of it. */
  let aheadAt = 1;

  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(source);
    if (found !== null) at = form.lastIndex;
    return found;
  };

  const choice = (): Piece => {
    const pieces = [sequence()];
    while (source[at] === '|') {
      at += 1;
      pieces.push(sequence());
    }
    return { kind: 'choice', pieces };
  };

  const sequence = (): Piece => {
    const pieces: Piece[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') pieces.push(repeated(single()));
    return { kind: 'sequence', pieces };
  };

  const repeated = (piece: Piece): Piece => {
    const found = take(quantifier);
    if (found === null) return piece;
    const [, sign, first, comma, last] = found;
    if (sign === '*' || sign === '+' || sign === '?') {
      const [least, most] = counts[sign];
      return { kind: 'repeated', piece, least, most };
    }
    const least = Number(first);
    const most = comma === '' ? least : last === '' ? null : Number(last);
    return { kind: 'repeated', piece, least, most };
  };

  const single = (): Piece => {
    for (const [opening, wrap] of groups) {
      const from = at;
      if (take(opening) === null) continue;
      const mayLook = from === aheadAt && source.startsWith('^');
      if (wrap !== undefined && !mayLook) {
        throw new SyntaxError('looks ahead elsewhere than at its beginning, behind ^, which is not supported here');
      }
      const inner = choice();
      at += 1;
      if (wrap === undefined) return inner;
      aheadAt = at;
      return wrap(inner);
    }
    if (source[at] === '(') throw new SyntaxError('looks behind or sets flags, which is not supported here');
    const assertion = assertions.find(([written]) => source.startsWith(written, at));
    if (assertion !== undefined) {
      at += assertion[0].length;
      return { kind: 'assertion', assertion: assertion[1] };
    }
    if (/\\(?:[1-9]|k<)/y.test(source.slice(at, at + 3))) {
      throw new SyntaxError('refers back to a group, which is not supported here');
    }
    const [written = ''] = take(oneCharacter) ?? [];
    if (written === '') throw new SyntaxError(`has "${source.slice(at, at + 10)}", which is not supported here`);
    const form = new RegExp(`^${written}$`, 'u');
    return { kind: 'characters', fits: (character) => form.test(character) };
  };

  return choice();
};
