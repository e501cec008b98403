import type { Tenant as DomainTenant } from '../src/config/tenants.ts';
import type { Context } from '../src/context.ts';
import type {
  ExposureScoreResolvers,
  MissingKbResolvers,
  QueryResolvers,
  TenantResolvers,
} from '../src/generated/graphql.ts';

const scoreOf = async ({ name }: DomainTenant, { edges }: Context) => {
  const [score] = (await edges.load('Tenant.exposureScore', { tenant: name, id: name })).rows;
  return score === undefined ? null : { ...score, tenant: name };
};

export const scoreQueries: Pick<QueryResolvers, 'exposureScore'> = {
  exposureScore: (_, { tenant }, context) => scoreOf(context.access.tenant(tenant), context),
};

/** What `Tenant` has besides what the gateway itself knows of it. */
export const tenantScore: Pick<TenantResolvers, 'exposureScore'> = {
  exposureScore: (tenant, _, context) => scoreOf(tenant, context),
};

export const MissingKb: MissingKbResolvers = {
  tenant: ({ tenant }, _, { access }) => access.tenant(tenant),
};

export const ExposureScore: ExposureScoreResolvers = {
  tenant: ({ tenant }, _, { access }) => access.tenant(tenant),
  machineGroups: async ({ tenant }, _, { edges }) =>
    (await edges.load('Tenant.machineGroupScores', { tenant, id: tenant })).rows,
  deviceSecureScore: async ({ tenant }, _, { edges }) =>
    (await edges.load('Tenant.deviceSecureScore', { tenant, id: tenant })).rows[0]?.score ?? null,
};
