import { valuesOf } from '../src/context.ts';
import { resultErrorOf } from '../src/errors.ts';
import type {
  HuntingQueryResolvers,
  HuntResultResolvers,
  HuntTenantResultResolvers,
  QueryResolvers,
} from '../src/generated/graphql.ts';
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

export const HuntTenantResult: HuntTenantResultResolvers = {
  status: ({ error }) => (error === null ? 'SUCCEEDED' : 'FAILED'),
  source: ({ api }) => (api === null ? null : apiWords[api]),
  truncated: ({ truncation }) => truncation !== null,
  truncationReason: ({ truncation }) => truncation,
  error: ({ error }) => (error === null ? null : resultErrorOf(error)),
};
