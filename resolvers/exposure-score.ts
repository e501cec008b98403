import type { ExposureScoreResolvers, MissingKbResolvers, QueryResolvers } from '../src/generated/graphql.ts';

export const scoreQueries: Pick<QueryResolvers, 'exposureScore'> = {
  exposureScore: async (_, { tenant }, { access, edges }) => {
    const { name } = access.tenant(tenant);
    const [score] = (await edges.load('Tenant.exposureScore', { tenant: name, id: name })).rows;
    return score === undefined ? null : { ...score, tenant: name };
  },
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
