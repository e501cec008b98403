import { type GraphQLResolveInfo, Kind } from 'graphql';
import type { Context } from '../src/context.ts';
import { resultErrorOf } from '../src/errors.ts';
import type { TenantFailureResolvers } from '../src/generated/graphql.ts';
import type { Connection } from '../src/lists/connection.ts';

const ofPlace: ReadonlySet<string> = new Set(['hasNextPage', 'hasPreviousPage', '__typename']);

/** Whether a page's information is asked for without its cursors, of which each is packed, signed and encrypted. */
const areCursorsLeftOut = ({ fieldNodes }: Pick<GraphQLResolveInfo, 'fieldNodes'>): boolean =>
  fieldNodes.every(({ selectionSet }) =>
    selectionSet?.selections.every((asked) => asked.kind === Kind.FIELD && ofPlace.has(asked.name.value)),
  );

/** The fields that every connection has, whatever its nodes. */

export const connectionResolvers = {
  edges: <T>({ items }: Connection<T>) => items.map(({ node, cursor }) => ({ node, cursor: cursor() })),
  nodes: <T>({ items }: Connection<T>) => items.map(({ node }) => node),
  pageInfo: <T>(
    { items, hasNextPage, hasPreviousPage, endCursor }: Connection<T>,
    _: unknown,
    __: unknown,
    info: Pick<GraphQLResolveInfo, 'fieldNodes'>,
  ) => {
    const mayShowCursors = !areCursorsLeftOut(info);
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: mayShowCursors ? (items[0]?.cursor() ?? null) : null,
      endCursor: mayShowCursors ? endCursor() : null,
    };
  },
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
