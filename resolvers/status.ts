import type { GatewayStatusResolvers, QueryResolvers, QuotaResolvers } from '../src/generated/graphql.ts';
import { apiWords } from './tenant.ts';

export const statusQueries: Pick<QueryResolvers, 'gatewayStatus'> = { gatewayStatus: () => ({}) };

export const GatewayStatus: GatewayStatusResolvers = {
  tenantFaults: (_, _arguments, context) => context.tenants.faults(context),
  quotas: (_, { tenants }, context) => context.tenants.quotas(context, tenants ?? undefined),
};

export const Quota: QuotaResolvers = {
  api: ({ api }) => apiWords[api],
  class: ({ quotaClass }) => quotaClass,
};
