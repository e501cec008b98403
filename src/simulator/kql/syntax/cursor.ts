import { type KqlFault, syntaxFault } from '../fault.ts';
import type { Token } from './token.ts';

/** A walk over the tokens of one query. Every `expect...` throws the service's syntax fault at the offending token. */
export interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  /** Whether the current token is this sign or word; strings never are. */
  at(text: string): boolean;
  /** Steps over the sign or word if it is the current one. */
  accept(text: string): boolean;
  expect(text: string): void;
  expectName(): string;
  fault(): KqlFault;
}

/** A cursor at the first token. The list has to end with the end token, as `tokenize` gives it. */
export function createCursor(tokens: readonly Token[]): Cursor {
  let index = 0;
  const last = tokens.at(-1);
  if (last === undefined) throw new TypeError('tokens end with an end token');

  const peek = (ahead = 0) => tokens[index + ahead] ?? last;
  const at = (text: string) => {
    const token = peek();
    return (token.kind === 'sign' || token.kind === 'name') && token.text === text;
  };
  const fault = () => syntaxFault(peek().text, peek().at);
  const next = () => {
    const token = peek();
    index = Math.min(index + 1, tokens.length - 1);
    return token;
  };
  const accept = (text: string) => {
    const found = at(text);
    if (found) next();
    return found;
  };

  return {
    peek,
    next,
    at,
    accept,
    fault,
    expect(text) {
      if (!accept(text)) throw fault();
    },
    expectName() {
      const token = peek();
      if (token.kind === 'name') return next().text;
      // ['any text'] is a name that needs quoting.
      const inside = peek(1);
      if (!at('[') || inside.kind !== 'literal' || typeof inside.value !== 'string' || peek(2).text !== ']')
        throw fault();
      next();
      next();
      next();
      return inside.value;
    },
  };
}
