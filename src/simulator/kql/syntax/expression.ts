import { type KqlType, typeNames, type Value } from '../value.ts';
import type { Expression, NamedExpression, SortKey } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseDynamic } from './dynamic.ts';

/** What the expression grammar needs of the query grammar: an expression or, where one may stand, a whole query. */
export interface Grammar extends Cursor {
  expressionOrQuery(): Expression;
}

const comparisons = new Set(['==', '!=', '<>', '=~', '!~', '<', '>', '<=', '>=']);
const words = ['has', 'contains', 'startswith', 'endswith', 'hasprefix', 'hassuffix'].flatMap((word) => [
  word,
  `${word}_cs`,
]);
const stringOperators = new Set(words.flatMap((word) => [word, `!${word}`]));
const listOperators = new Set(['in', 'in~', '!in', '!in~', 'has_any', 'has_all']);

/** A scalar expression, from its loosest operator down. Throws a syntax `KqlFault`. */
export function parseExpression(grammar: Grammar): Expression {
  let left = parseAnd(grammar);
  while (grammar.at('or')) left = binary(grammar, left, parseAnd);
  return left;
}

function parseAnd(grammar: Grammar): Expression {
  let left = parseComparison(grammar);
  while (grammar.at('and')) left = binary(grammar, left, parseComparison);
  return left;
}

function binary(grammar: Grammar, left: Expression, operand: (grammar: Grammar) => Expression): Expression {
  const { text: operator, at } = grammar.next();
  return { kind: 'binary', operator, left, right: operand(grammar), at };
}

function parseComparison(grammar: Grammar): Expression {
  let left = parseSum(grammar);
  while (true) {
    const { kind, text, at } = grammar.peek();
    if (kind !== 'name' && kind !== 'sign') return left;
    if (comparisons.has(text) || stringOperators.has(text)) left = binary(grammar, left, parseSum);
    else if (listOperators.has(text)) {
      grammar.next();
      left = { kind: 'list', operator: text, left, items: parseArguments(grammar), at };
    } else if (text === 'matches') {
      grammar.next();
      grammar.expect('regex');
      left = { kind: 'binary', operator: 'matches regex', left, right: parseSum(grammar), at };
    } else if (text === 'between' || text === '!between') left = parseBetween(grammar, left);
    else return left;
  }
}

function parseBetween(grammar: Grammar, left: Expression): Expression {
  const { text, at } = grammar.next();
  grammar.expect('(');
  const low = parseExpression(grammar);
  grammar.expect('..');
  const high = parseExpression(grammar);
  grammar.expect(')');
  return { kind: 'between', negated: text === '!between', left, low, high, at };
}

function parseSum(grammar: Grammar): Expression {
  let left = parseProduct(grammar);
  while (grammar.at('+') || grammar.at('-')) left = binary(grammar, left, parseProduct);
  return left;
}

function parseProduct(grammar: Grammar): Expression {
  let left = parseUnary(grammar);
  while (grammar.at('*') || grammar.at('/') || grammar.at('%')) left = binary(grammar, left, parseUnary);
  return left;
}

function parseUnary(grammar: Grammar): Expression {
  const { at } = grammar.peek();
  if (grammar.accept('-')) return { kind: 'negative', operand: parseUnary(grammar), at };
  if (grammar.accept('+')) return parseUnary(grammar);
  return parsePath(grammar);
}

function parsePath(grammar: Grammar): Expression {
  let target = parsePrimary(grammar);
  while (true) {
    const { at } = grammar.peek();
    if (grammar.accept('.')) target = { kind: 'member', target, name: grammar.expectName(), at };
    else if (grammar.accept('[')) {
      target = { kind: 'element', target, index: parseExpression(grammar), at };
      grammar.expect(']');
    } else return target;
  }
}

function parsePrimary(grammar: Grammar): Expression {
  const token = grammar.peek();
  const { at } = token;
  if (token.kind === 'literal') return parseLiteral(grammar, token.type, token.value);
  if (grammar.accept('(')) {
    const inside = grammar.expressionOrQuery();
    grammar.expect(')');
    return inside;
  }
  if (token.text === '$left' || token.text === '$right') {
    grammar.next();
    grammar.expect('.');
    return { kind: 'side', side: token.text === '$left' ? 'left' : 'right', name: grammar.expectName(), at };
  }
  if (token.kind === 'name' && token.text.startsWith('$')) throw grammar.fault();
  const name = grammar.expectName();
  if (!grammar.at('(')) return { kind: 'name', name, at };
  if (name === 'dynamic') return parseDynamic(grammar, at);
  return { kind: 'call', name, args: parseArguments(grammar), at };
}

/** Adjacent string literals are one string. */
function parseLiteral(grammar: Grammar, type: KqlType, first: Value): Expression {
  const { at } = grammar.next();
  let value = first;
  while (typeof value === 'string' && type === 'string') {
    const more = grammar.peek();
    if (more.kind !== 'literal' || more.type !== 'string' || typeof more.value !== 'string') break;
    value += more.value;
    grammar.next();
  }
  return { kind: 'literal', type, value, at };
}

function parseArguments(grammar: Grammar): readonly Expression[] {
  grammar.expect('(');
  if (grammar.accept(')')) return [];
  const args: Expression[] = [];
  do {
    const { at } = grammar.peek();
    args.push(grammar.accept('*') ? { kind: 'star', at } : grammar.expressionOrQuery());
  } while (grammar.accept(','));
  grammar.expect(')');
  return args;
}

/** `Name = expression` or an expression alone. */
export function parseNamed(grammar: Grammar): NamedExpression {
  const named = grammar.peek(grammar.at('[') ? 3 : 1).text === '=';
  if (!named) return { name: null, expression: parseExpression(grammar) };
  const name = grammar.expectName();
  grammar.expect('=');
  return { name, expression: parseExpression(grammar) };
}

/** A comma-separated list of at least one. */
export function parseList<T>(grammar: Grammar, parse: (grammar: Grammar) => T): readonly T[] {
  const items = [parse(grammar)];
  while (grammar.accept(',')) items.push(parse(grammar));
  return items;
}

/** `expression [asc|desc] [nulls first|last]`; descending by default, nulls first going up and last going down. */
export function parseSortKey(grammar: Grammar): SortKey {
  const expression = parseExpression(grammar);
  const ascending = grammar.accept('asc');
  if (!ascending) grammar.accept('desc');
  if (!grammar.accept('nulls')) return { expression, descending: !ascending, nulls: ascending ? 'first' : 'last' };
  const first = grammar.accept('first');
  if (!first) grammar.expect('last');
  return { expression, descending: !ascending, nulls: first ? 'first' : 'last' };
}

/** The name of a Kusto type. */
export function parseType(grammar: Grammar): KqlType {
  const type = typeNames.get(grammar.peek().text);
  if (type === undefined) throw grammar.fault();
  grammar.next();
  return type;
}
