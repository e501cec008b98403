import type { Context } from '../src/context.ts';
import { resultErrorOf } from '../src/errors.ts';
import type { TenantFailureResolvers } from '../src/generated/graphql.ts';
import type { Connection } from '../src/lists/connection.ts';

/** The fields that every connection has, whatever its nodes. */

export const connectionResolvers = {
  edges: <T>({ items }: Connection<T>) => items.map(({ node, cursor }) => ({ node, cursor: cursor() })),
  nodes: <T>({ items }: Connection<T>) => items.map(({ node }) => node),
  pageInfo: <T>({ items, hasNextPage, hasPreviousPage, endCursor }: Connection<T>) => ({
    hasNextPage,
    hasPreviousPage,
    startCursor: items[0]?.cursor() ?? null,
    endCursor: endCursor(),
  }),
  failures: ({ failures }: Pick<Connection<unknown>, 'failures'>, _: unknown, { scope }: Pick<Context, 'scope'>) => {
    for (const { error } of failures) scope.noteFailure(error.code);
    return failures;
  },
  totalCount: <T>({ totalCount, count }: Connection<T>) => totalCount ?? count?.() ?? null,
  truncated: <T>({ truncation }: Connection<T>) => truncation !== null,
  truncationReason: <T>({ truncation }: Connection<T>) => truncation,
};

export const TenantFailure: TenantFailureResolvers = {
  code: ({ error }) => resultErrorOf(error).code,
  message: ({ error }) => resultErrorOf(error).message,
  upstreamCode: ({ error }) => resultErrorOf(error).upstreamCode,
  upstreamStatus: ({ error }) => resultErrorOf(error).upstreamStatus,
  upstreamRequestId: ({ error }) => resultErrorOf(error).upstreamRequestId,
  retryAfterSeconds: ({ error }) => resultErrorOf(error).retryAfterSeconds,
  missingPermissions: ({ error }) => resultErrorOf(error).missingPermissions,
  claims: ({ error }) => resultErrorOf(error).claims,
};
