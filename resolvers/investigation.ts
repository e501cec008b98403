import type { InvestigationResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { known } from '../src/loaders/known.ts';
import { entityFields } from './node.ts';

export const investigationQueries: Pick<QueryResolvers, 'investigations' | 'investigation'> = {
  investigations: (_, asked, context) => context.lists.investigations(context, asked),
  investigation: (_, { tenant, investigationId }, context) => known('investigations', context, tenant, investigationId),
};

export const Investigation: InvestigationResolvers = {
  ...entityFields(
    'Investigation',
    ({ investigationId }: { readonly tenant: string; readonly investigationId: string }) => investigationId,
  ),
  machine: ({ tenant, machineId }, _, { loaders }) =>
    machineId === null ? null : loaders.machines.load({ tenant, id: machineId }),
  triggeringAlert: ({ tenant, triggeringAlertId }, _, { loaders }) =>
    triggeringAlertId === null ? null : loaders.alerts.load({ tenant, id: triggeringAlertId }),
};
