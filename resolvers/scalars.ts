import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { readMoment } from '../src/domain/time.ts';

const readTime = (value: unknown): string => {
  const time = typeof value === 'string' ? readMoment(value) : null;
  if (time !== null) return time;
  throw new GraphQLError(`DateTime: ${JSON.stringify(value)} is not ISO 8601 with a zone, e.g. 2026-01-31T08:00:00Z`);
};

/** Times pass as text: Microsoft's seven fractional digits would not survive a `Date`. */
export const DateTime = new GraphQLScalarType<string, unknown>({
  name: 'DateTime',
  description:
    'A moment in ISO 8601, UTC, with as many fractional digits as Microsoft sent, e.g. `2026-01-31T08:00:00.1234567Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  parseValue: readTime,
  parseLiteral: (node) => readTime(node.kind === Kind.STRING ? node.value : null),
});

export const JSONScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, as Microsoft sent it.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
