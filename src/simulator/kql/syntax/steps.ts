import { syntaxFault } from '../fault.ts';
import type { Expansion, JoinKind, Query, Step, Union } from './ast.ts';
import { type Grammar, parseExpression, parseList, parseNamed, parseSortKey, parseType } from './expression.ts';

/** The steps need whole queries too: the right side of a join, the members of a union. */
export interface StepGrammar extends Grammar {
  /** A table name or a query in brackets. */
  queryOperand(): Query;
}

const joinKinds: ReadonlyMap<string, JoinKind> = new Map<string, JoinKind>([
  ['innerunique', 'innerunique'],
  ['inner', 'inner'],
  ['leftouter', 'leftouter'],
  ['rightouter', 'rightouter'],
  ['fullouter', 'fullouter'],
  ['leftsemi', 'leftsemi'],
  ['rightsemi', 'rightsemi'],
  ['leftanti', 'leftanti'],
  ['leftantisemi', 'leftanti'],
  ['anti', 'leftanti'],
  ['rightanti', 'rightanti'],
  ['rightantisemi', 'rightanti'],
]);

const steps: ReadonlyMap<string, (grammar: StepGrammar) => Step> = new Map([
  ['where', parseWhere],
  ['filter', parseWhere],
  ['project', (grammar: StepGrammar): Step => ({ kind: 'project', items: parseList(grammar, parseNamed) })],
  ['extend', (grammar: StepGrammar): Step => ({ kind: 'extend', items: parseList(grammar, parseNamed) })],
  [
    'project-rename',
    (grammar: StepGrammar): Step => ({ kind: 'project-rename', items: parseList(grammar, parseNamed) }),
  ],
  [
    'project-away',
    (grammar: StepGrammar): Step => ({ kind: 'project-away', patterns: parseList(grammar, parsePattern) }),
  ],
  [
    'project-keep',
    (grammar: StepGrammar): Step => ({ kind: 'project-keep', patterns: parseList(grammar, parsePattern) }),
  ],
  [
    'project-reorder',
    (grammar: StepGrammar): Step => ({ kind: 'project-reorder', patterns: parseList(grammar, parsePattern) }),
  ],
  ['take', parseTake],
  ['limit', parseTake],
  ['top', parseTop],
  ['order', parseSort],
  ['sort', parseSort],
  ['distinct', parseDistinct],
  ['count', (): Step => ({ kind: 'count' })],
  ['getschema', (): Step => ({ kind: 'getschema' })],
  ['serialize', parseSerialize],
  ['summarize', parseSummarize],
  ['join', parseJoin],
  ['union', (grammar: StepGrammar): Step => ({ kind: 'union', union: parseUnion(grammar) })],
  ['mv-expand', parseExpand],
]);

/** One operator, the `|` before it already read. A name we do not know is a syntax fault, as it is upstream. */
export function parseStep(grammar: StepGrammar): Step {
  const first = grammar.peek();
  if (first.kind !== 'name') throw grammar.fault();
  grammar.next();
  let name = first.text;
  while (grammar.at('-') && grammar.peek().glued && grammar.peek(1).glued && grammar.peek(1).kind === 'name') {
    grammar.next();
    name += `-${grammar.next().text}`;
  }
  const parse = steps.get(name);
  if (parse === undefined) throw syntaxFault(name, first.at);
  return parse(grammar);
}

function parseWhere(grammar: StepGrammar): Step {
  return { kind: 'where', predicate: parseExpression(grammar) };
}

function parseTake(grammar: StepGrammar): Step {
  return { kind: 'take', count: parseExpression(grammar) };
}

function parseTop(grammar: StepGrammar): Step {
  const count = parseExpression(grammar);
  grammar.expect('by');
  return { kind: 'top', count, key: parseSortKey(grammar) };
}

function parseSort(grammar: StepGrammar): Step {
  grammar.expect('by');
  return { kind: 'sort', keys: parseList(grammar, parseSortKey) };
}

function parseDistinct(grammar: StepGrammar): Step {
  return { kind: 'distinct', items: grammar.accept('*') ? null : parseList(grammar, parseNamed) };
}

function parseSerialize(grammar: StepGrammar): Step {
  const bare = grammar.at('|') || grammar.at(')') || grammar.at(';') || grammar.peek().kind === 'end';
  return { kind: 'serialize', items: bare ? [] : parseList(grammar, parseNamed) };
}

function parseSummarize(grammar: StepGrammar): Step {
  const aggregates = grammar.at('by') ? [] : parseList(grammar, parseNamed);
  const by = grammar.accept('by') ? parseList(grammar, parseNamed) : [];
  return { kind: 'summarize', aggregates, by };
}

/** `Name`, `Prefix*`, `*Suffix` or `*`; the star stands right beside the name. */
function parsePattern(grammar: Grammar): string {
  const lead = grammar.accept('*');
  const named = !lead || (grammar.peek().kind === 'name' && grammar.peek().glued);
  const name = named ? grammar.expectName() : '';
  const trailing = named && grammar.at('*') && grammar.peek().glued && grammar.accept('*');
  return `${lead ? '*' : ''}${name}${trailing ? '*' : ''}`;
}

/** Hints (`hint.strategy=shuffle`) are read and let go: they change cost, not results. */
function skipHints(grammar: StepGrammar): void {
  while (grammar.at('hint') && grammar.peek(1).text === '.') {
    for (let i = 0; i < 3; i++) grammar.next();
    grammar.expect('=');
    grammar.next();
  }
}

function parseJoin(grammar: StepGrammar): Step {
  let join: JoinKind = 'innerunique';
  skipHints(grammar);
  if (grammar.accept('kind')) {
    grammar.expect('=');
    const kind = joinKinds.get(grammar.peek().text);
    if (kind === undefined) throw grammar.fault();
    grammar.next();
    join = kind;
  }
  skipHints(grammar);
  const right = grammar.queryOperand();
  grammar.expect('on');
  return { kind: 'join', join, right, on: parseList(grammar, parseExpression) };
}

/** The inside of `union`, as a source and as a step. */
export function parseUnion(grammar: StepGrammar): Union {
  let inner = false;
  let withSource: string | null = null;
  while (true) {
    skipHints(grammar);
    if (grammar.at('kind') && grammar.peek(1).text === '=') {
      grammar.next();
      grammar.next();
      inner = grammar.accept('inner');
      if (!inner) grammar.expect('outer');
    } else if (grammar.at('withsource') || grammar.at('with_source')) {
      grammar.next();
      grammar.expect('=');
      withSource = grammar.expectName();
    } else if (grammar.at('isfuzzy')) {
      grammar.next();
      grammar.expect('=');
      grammar.next();
    } else break;
  }
  return { inner, withSource, tables: parseList(grammar, () => grammar.queryOperand()) };
}

function parseExpand(grammar: StepGrammar): Step {
  const items = parseList(grammar, (inside): Expansion => {
    const named = parseNamed(inside);
    if (!inside.accept('to')) return { ...named, type: null };
    inside.expect('typeof');
    inside.expect('(');
    const type = parseType(inside);
    inside.expect(')');
    return { ...named, type };
  });
  return { kind: 'mv-expand', items };
}
