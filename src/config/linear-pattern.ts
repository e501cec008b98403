import { longestComment } from '../domain/comment.ts';
import { type Assertion, type Piece, parsePattern, type RepeatedPiece } from './pattern-syntax.ts';

/** A regular expression that is matched in a time that grows with the text, whatever stands in either. */
export interface LinearPattern {
  /** As it was written. */
  readonly source: string;
  /** Whether it is found in the text. */
  test(text: string): boolean;
}

/** A step of the machine: what leads on from it, and what has to hold for that. */
interface State {
  readonly leads: readonly Lead[];
}
type Lead =
  | { readonly kind: 'free'; readonly to: number }
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean; readonly to: number }
  | {
      readonly kind: 'assertion';
      readonly holds: (text: readonly string[], at: number) => boolean;
      readonly to: number;
    };

/** Steps that a pattern may have: `(a{1000}){1000}` has a million. */
const mostStates = 1000;

interface Machine {
  readonly states: readonly State[];
  readonly end: number;
}

/**
 * Thompson's construction: a machine that is in several states at once and never goes back
 * (https://swtch.com/~rsc/regexp/regexp1.html). Throws a `SyntaxError` for a pattern that has too many steps.
 */
const build = (piece: Piece): Machine => {
  const states: Lead[][] = [];
  const add = (): number => {
    if (states.length >= mostStates) throw new SyntaxError('repeats too much');
    return states.push([]) - 1;
  };
  const lead = (from: number, to: Lead): void => {
    states[from]?.push(to);
  };

  const place = (what: Piece, from: number): number => {
    switch (what.kind) {
      case 'characters': {
        const to = add();
        lead(from, { kind: 'character', fits: what.fits, to });
        return to;
      }
      case 'assertion': {
        const to = add();
        lead(from, { kind: 'assertion', holds: holdsOf(what.assertion), to });
        return to;
      }
      case 'sequence':
        return what.pieces.reduce((at, each) => place(each, at), from);
      case 'choice': {
        const to = add();
        for (const each of what.pieces) {
          const start = add();
          lead(from, { kind: 'free', to: start });
          lead(place(each, start), { kind: 'free', to });
        }
        return to;
      }
      case 'repeated':
        return repeat(what, from);
    }
  };

  const repeat = ({ piece: inner, least, most }: RepeatedPiece, from: number): number => {
    let at = from;
    for (let time = 0; time < least; time += 1) at = place(inner, at);
    const to = add();
    if (most === null) {
      const again = add();
      lead(at, { kind: 'free', to: again });
      lead(place(inner, again), { kind: 'free', to: again });
      lead(again, { kind: 'free', to });
      return to;
    }
    for (let time = least; time < most; time += 1) {
      lead(at, { kind: 'free', to });
      at = place(inner, at);
    }
    lead(at, { kind: 'free', to });
    return to;
  };

  const end = place(piece, add());
  return { states: states.map((leads) => ({ leads })), end };
};

const isWord = (character: string | undefined): boolean => character !== undefined && /^\w$/.test(character);

const holdsOf = (assertion: Assertion): ((text: readonly string[], at: number) => boolean) => {
  switch (assertion.kind) {
    case 'start':
      return (_, at) => at === 0;
    case 'end':
      return (text, at) => at === text.length;
    case 'wordEdge':
      return (text, at) => (isWord(text[at - 1]) !== isWord(text[at])) === assertion.is;
    case 'ahead': {
      const machine = build(assertion.piece);
      return (text, at) => runs(machine, text, at) === assertion.is;
    }
  }
};

/** Whether the machine comes to its end in the text, begun at `start` alone or, without it, anywhere. */
const runs = ({ states, end }: Machine, text: readonly string[], start?: number): boolean => {
  let current = new Set<number>();
  for (let at = start ?? 0; at <= text.length; at += 1) {
    if (start === undefined || at === start) current.add(0);
    if (current.size === 0) return false;
    // A set is gone through in the order of adding, what is added meanwhile included.
    for (const state of current) {
      for (const each of states[state]?.leads ?? []) {
        if (each.kind === 'free' || (each.kind === 'assertion' && each.holds(text, at))) current.add(each.to);
      }
    }
    if (current.has(end)) return true;
    const character = text[at];
    if (character === undefined) return false;
    const next = new Set<number>();
    for (const state of current) {
      for (const each of states[state]?.leads ?? []) {
        if (each.kind === 'character' && each.fits(character)) next.add(each.to);
      }
    }
    current = next;
  }
  return false;
};

/** Reads a regular expression of JavaScript. Throws a `SyntaxError`, whose message completes "it ...", for one that cannot be matched so. */
export const linearPattern = (source: string): LinearPattern => {
  const machine = build(parsePattern(source));
  return {
    source,
    test: (text) => {
      // A longer text than a comment may have fits no pattern.
      if (text.length > longestComment) return false;
      return runs(machine, [...text]);
    },
  };
};
