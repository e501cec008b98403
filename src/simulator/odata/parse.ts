import { ODataFault } from './fault.ts';
import {
  comparisonOperators,
  type FilterNode,
  type Literal,
  type Operand,
  quantifiers,
  textFunctions,
} from './syntax.ts';
import { type Token, tokenize } from './tokens.ts';

/** Parentheses and `not` may nest this deep: the stack of a server is finite. */
const maxDepth = 60;

/**
 * Parses a `$filter` (OData 4.01, URL conventions 5.1.1, without arithmetic): `or` binds looser than `and`, `and`
 * looser than `not`.
 * @throws ODataFault with the position of the first token that does not fit.
 */
export function parseFilter(text: string, options: { readonly doubleQuotes: boolean }): FilterNode {
  const tokens = tokenize(text, options);
  let position = 0;

  const fail = (token: Token): never => {
    throw new ODataFault(`Syntax error at position ${token.at} in '${text}'.`);
  };
  const peek = (): Token => tokens[position] ?? { kind: 'end', at: text.length };
  const next = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const wordIs = (expected: string): boolean => {
    const token = peek();
    return token.kind === 'word' && token.text === expected;
  };
  const markIs = (expected: string): boolean => {
    const token = peek();
    return token.kind === 'mark' && token.text === expected;
  };
  const expectMark = (expected: string): void => {
    if (!markIs(expected)) fail(peek());
    position += 1;
  };
  const expectWord = (): string => {
    const token = next();
    return token.kind === 'word' ? token.text : fail(token);
  };
  const expectLiteral = (): Literal => {
    const token = next();
    return token.kind === 'literal' ? token.literal : fail(token);
  };

  const operand = (): Operand => {
    const token = next();
    if (token.kind === 'literal') return { kind: 'literal', literal: token.literal };
    return token.kind === 'word' ? { kind: 'name', name: token.text } : fail(token);
  };

  const or = (depth: number): FilterNode => {
    if (depth > maxDepth) throw new ODataFault('The filter is nested too deeply.');
    let left = and(depth);
    while (wordIs('or')) {
      position += 1;
      left = { kind: 'or', left, right: and(depth) };
    }
    return left;
  };
  const and = (depth: number): FilterNode => {
    let left = unary(depth);
    while (wordIs('and')) {
      position += 1;
      left = { kind: 'and', left, right: unary(depth) };
    }
    return left;
  };
  const unary = (depth: number): FilterNode => {
    if (depth > maxDepth) throw new ODataFault('The filter is nested too deeply.');
    if (!wordIs('not')) return primary(depth);
    position += 1;
    return { kind: 'not', operand: unary(depth + 1) };
  };
  const primary = (depth: number): FilterNode => {
    if (markIs('(')) {
      position += 1;
      const inner = or(depth + 1);
      expectMark(')');
      return inner;
    }
    const start = operand();
    if (start.kind === 'name' && markIs('(')) return textCall(start.name);
    if (start.kind === 'name' && markIs('/')) return path(start.name, depth);
    return comparison(start);
  };
  const comparison = (left: Operand): FilterNode => {
    const token = peek();
    if (token.kind !== 'word') return { kind: 'flag', operand: left };
    if (token.text === 'in') {
      position += 1;
      return { kind: 'in', operand: left, items: literalList() };
    }
    const operator = comparisonOperators.find((known) => known === token.text);
    if (operator === undefined) return { kind: 'flag', operand: left };
    position += 1;
    return { kind: 'compare', operator, left, right: operand() };
  };
  const literalList = (): readonly Literal[] => {
    expectMark('(');
    const items = [expectLiteral()];
    while (markIs(',')) {
      position += 1;
      items.push(expectLiteral());
    }
    expectMark(')');
    return items;
  };
  const textCall = (name: string): FilterNode => {
    const known = textFunctions.find((candidate) => candidate === name.toLowerCase());
    if (known === undefined) throw new ODataFault(`An unknown function with name '${name}' was found.`);
    expectMark('(');
    const subject = operand();
    expectMark(',');
    const argument = expectLiteral();
    expectMark(')');
    return { kind: 'text', function: known, operand: subject, argument };
  };
  /** After a name and a slash: a lambda, or a step into a complex property (named `outer/inner` in the rules). */
  const path = (start: string, depth: number): FilterNode => {
    position += 1;
    const step = expectWord();
    const quantifier = quantifiers.find((known) => known === step);
    if (quantifier !== undefined && markIs('(')) return lambda(start, quantifier, depth);
    const name = `${start}/${step}`;
    return markIs('/') ? path(name, depth) : comparison({ kind: 'name', name });
  };
  const lambda = (collection: string, quantifier: (typeof quantifiers)[number], depth: number): FilterNode => {
    expectMark('(');
    if (quantifier === 'any' && markIs(')')) {
      position += 1;
      return { kind: 'lambda', quantifier, collection, variable: '', predicate: null };
    }
    const variable = expectWord();
    expectMark(':');
    const predicate = or(depth + 1);
    expectMark(')');
    return { kind: 'lambda', quantifier, collection, variable, predicate };
  };

  const root = or(0);
  if (peek().kind !== 'end') fail(peek());
  return root;
}
