import { syntaxFault } from '../fault.ts';
import type { Expression, Program, Query, Source, Step } from './ast.ts';
import { createCursor } from './cursor.ts';
import { parseExpression, parseList, parseNamed, parseType } from './expression.ts';
import { tokenize } from './lexer.ts';
import { parseStep, parseUnion, type StepGrammar } from './steps.ts';

/**
 * Parses a whole query text: `let` statements, then one query. Throws a syntax `KqlFault`. Statements that Defender's pages
 * do not know (`set`, `declare`, commands that begin with a dot) are refused.
 */
export function parse(text: string): Program {
  const grammar = createGrammar(text);
  const lets: { name: string; value: Expression }[] = [];
  while (true) {
    while (grammar.accept(';'));
    if (!grammar.at('let')) break;
    grammar.next();
    const name = grammar.expectName();
    grammar.expect('=');
    lets.push({ name, value: grammar.expressionOrQuery() });
    if (!grammar.at(';')) throw grammar.fault();
  }
  const query = parseQuery(grammar);
  while (grammar.accept(';'));
  if (grammar.peek().kind !== 'end') throw grammar.fault();
  return { lets, query };
}

function createGrammar(text: string): StepGrammar {
  const grammar: StepGrammar = {
    ...createCursor(tokenize(text)),
    expressionOrQuery: () => parseExpressionOrQuery(grammar),
    queryOperand: () => parseOperand(grammar),
  };
  return grammar;
}

function parseQuery(grammar: StepGrammar): Query {
  const start = grammar.peek();
  const parsed = parseExpressionOrQuery(grammar);
  if (parsed.kind === 'tabular') return parsed.query;
  if (parsed.kind === 'name') return { source: { kind: 'table', name: parsed.name }, steps: [] };
  throw syntaxFault(start.text, start.at);
}

/** A scalar expression; a query if it starts as one or a `|` follows. A bare name stays a name: its meaning decides. */
function parseExpressionOrQuery(grammar: StepGrammar): Expression {
  const { at } = grammar.peek();
  const source = parseSource(grammar);
  if (source !== null) return { kind: 'tabular', query: { source, steps: parseSteps(grammar) }, at };
  const start = grammar.peek();
  const expression = parseExpression(grammar);
  if (!grammar.at('|')) return expression;
  if (expression.kind === 'tabular') {
    return {
      kind: 'tabular',
      query: { source: { kind: 'query', query: expression.query }, steps: parseSteps(grammar) },
      at,
    };
  }
  if (expression.kind !== 'name') throw syntaxFault(start.text, start.at);
  return {
    kind: 'tabular',
    query: { source: { kind: 'table', name: expression.name }, steps: parseSteps(grammar) },
    at,
  };
}

function parseSteps(grammar: StepGrammar): readonly Step[] {
  const steps: Step[] = [];
  while (grammar.accept('|')) steps.push(parseStep(grammar));
  return steps;
}

/** The sources that begin with a word of their own; `null` if none stands here. */
function parseSource(grammar: StepGrammar): Source | null {
  const follows = grammar.peek(1);
  if (grammar.at('union') && follows.text !== '|' && follows.kind !== 'end') {
    grammar.next();
    return { kind: 'union', union: parseUnion(grammar) };
  }
  if (grammar.at('print') && follows.text !== '|' && follows.kind !== 'end') {
    grammar.next();
    return { kind: 'print', items: parseList(grammar, parseNamed) };
  }
  if (grammar.at('range') && follows.kind === 'name') return parseRange(grammar);
  if (grammar.at('datatable') && follows.text === '(') return parseDatatable(grammar);
  if (grammar.at('materialize') && follows.text === '(') {
    grammar.next();
    return { kind: 'query', query: parseOperand(grammar) };
  }
  return null;
}

function parseOperand(grammar: StepGrammar): Query {
  if (!grammar.accept('(')) return { source: { kind: 'table', name: grammar.expectName() }, steps: [] };
  const query = parseQuery(grammar);
  grammar.expect(')');
  return query;
}

function parseRange(grammar: StepGrammar): Source {
  grammar.next();
  const name = grammar.expectName();
  grammar.expect('from');
  const from = parseExpression(grammar);
  grammar.expect('to');
  const to = parseExpression(grammar);
  grammar.expect('step');
  return { kind: 'range', name, from, to, step: parseExpression(grammar) };
}

function parseDatatable(grammar: StepGrammar): Source {
  grammar.next();
  grammar.expect('(');
  const columns = parseList(grammar, () => {
    const name = grammar.expectName();
    grammar.expect(':');
    return { name, type: parseType(grammar) };
  });
  grammar.expect(')');
  grammar.expect('[');
  const cells: Expression[] = [];
  while (!grammar.accept(']')) {
    cells.push(parseExpression(grammar));
    if (!grammar.at(']')) grammar.expect(',');
  }
  if (cells.length % columns.length !== 0) throw grammar.fault();
  return { kind: 'datatable', columns, cells };
}
