import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Whether the calendar has the day: `Date.parse` takes the 30th of February for the 2nd of March. */
const isDay = (time: string): boolean =>
  new Date(`${time.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(time.slice(8, 10));

/** A day alone is its first moment in UTC. */
const readTime = (value: unknown): string => {
  if (typeof value !== 'string' || !isoTime.test(value) || Number.isNaN(Date.parse(value)) || !isDay(value)) {
    throw new GraphQLError(`DateTime: ${JSON.stringify(value)} is not ISO 8601 with a zone, e.g. 2026-01-31T08:00:00Z`);
  }
  return value.includes('T') ? value : `${value}T00:00:00Z`;
};

/** Times pass as text: Microsoft's seven fractional digits would not survive a `Date`. */
export const DateTime = new GraphQLScalarType<string, unknown>({
  name: 'DateTime',
  description:
    'A moment in ISO 8601, UTC, with as many fractional digits as Microsoft sent, e.g. `2026-01-31T08:00:00.1234567Z`.',
  parseValue: readTime,
  parseLiteral: (node) => readTime(node.kind === Kind.STRING ? node.value : null),
});

export const JSONScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, as Microsoft sent it.',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
