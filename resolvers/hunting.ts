import { type Context, type HuntedKind, type HuntTenantAnswer, namedIn, valuesOf } from '../src/context.ts';
import type { EntityNamed } from '../src/entities/table.ts';
import { resultErrorOf } from '../src/errors.ts';
import type {
  HuntingQueryResolvers,
  HuntResultResolvers,
  HuntTenantResultResolvers,
  QueryResolvers,
} from '../src/generated/graphql.ts';
import { type Connection, wholeCount } from '../src/lists/connection.ts';
import { connectionResolvers } from './connection.ts';
import { entitiesOn, goneOf, type PageAsked, partOf } from './edge.ts';
import { apiWords } from './tenant.ts';

export const huntingQueries: Pick<QueryResolvers, 'hunt' | 'huntingQueries' | 'runHuntingQuery'> = {
  hunt: (_, { input }, context) => context.hunting.run(context, input),
  huntingQueries: (_, asked, context) => context.hunting.queries(context, asked),
  runHuntingQuery: (_, { input }, context) => context.hunting.runNamed(context, input),
};

export const HuntingQuery: HuntingQueryResolvers = {
  parameters: ({ parameters }) =>
    Object.entries(parameters).map(([name, { type, about, byDefault }]) => ({
      name,
      type,
      about,
      required: byDefault === undefined,
      default: byDefault ?? null,
    })),
};

export const HuntResult: HuntResultResolvers = {
  rows: ({ rows }, _, { verbatim = valuesOf }) => verbatim(rows),
  rowCount: ({ rows }) => rows.count,
  truncated: ({ tenants }) => tenants.some(({ truncation }) => truncation !== null),
  truncationReason: ({ tenants }) =>
    tenants
      .flatMap(({ tenant, truncation }) => (truncation === null ? [] : [`${tenant.name}: ${truncation}`]))
      .join('; ') || null,
};

/** A page of the entities that the rows of a tenant name in a column. */
const namedBy =
  <Name extends HuntedKind>(to: Name) =>
  async (
    { tenant, table }: HuntTenantAnswer,
    { column, ...asked }: { readonly column: string } & PageAsked,
    context: Context,
  ): Promise<Connection<EntityNamed<Name>>> => {
    const named = table === undefined ? [] : namedIn(table, to, column);
    const ids = await context.visibleIds(to, tenant.name, named);
    const page = context.pageOf(ids, asked, (id) => id, { list: `HuntTenantResult.${to}`, tenant, id: column });
    const items = await entitiesOn(page, to, tenant.name, context);
    const gone = goneOf(page.items.length - items.length);
    return { ...page, ...partOf(gone, tenant.name, context), totalCount: wholeCount(page, gone), items };
  };

export const HuntTenantResult: HuntTenantResultResolvers = {
  machines: namedBy('machines'),
  alerts: namedBy('alerts'),
  users: namedBy('users'),
  status: ({ error }) => (error === null ? 'SUCCEEDED' : 'FAILED'),
  source: ({ api }) => (api === null ? null : apiWords[api]),
  truncated: ({ truncation }) => truncation !== null,
  truncationReason: ({ truncation }) => truncation,
  error: ({ error }) => (error === null ? null : resultErrorOf(error)),
};

/** Users have no list of their own. */
export const UserConnection: typeof connectionResolvers = connectionResolvers;
