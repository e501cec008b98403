import { GraphQLError, GraphQLScalarType, Kind, print, type ValueNode, valueFromASTUntyped } from 'graphql';
import { readMoment } from '../src/domain/time.ts';

const timeFault = (what: string, node?: ValueNode): GraphQLError =>
  new GraphQLError(
    `DateTime: ${what} is not ISO 8601 with a zone, e.g. 2026-01-31T08:00:00Z, nor a day, e.g. 2026-01-31`,
    { nodes: node ?? null },
  );

/** What a variable or a literal says; `fault` is thrown when it is no time. */
const readTime = (value: unknown, fault: () => GraphQLError): string => {
  const time = typeof value === 'string' ? readMoment(value) : null;
  if (time === null) throw fault();
  return time;
};

/** Times pass as text: Microsoft's seven fractional digits would not survive a `Date`. */
export const DateTime = new GraphQLScalarType<string, unknown>({
  name: 'DateTime',
  description: [
    'A moment in ISO 8601. Answers are in UTC, with as many fractional digits as Microsoft sent, e.g.',
    '`2026-01-31T08:00:00.1234567Z`. Inputs name their zone (`Z` or e.g. `+02:00`), or are a day alone, `2026-01-31`, which is its first',
    'moment in UTC.',
  ].join('\n'),
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  // The value of a variable is not told: a secret may stand in the wrong place.
  parseValue: (value) => readTime(value, () => timeFault('the value')),
  // What stands in the text of the query is, with its place.
  parseLiteral: (node) => readTime(node.kind === Kind.STRING ? node.value : null, () => timeFault(print(node), node)),
});

export const JSONScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, as Microsoft sent it.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
