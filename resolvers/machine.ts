import type { MachineConnectionResolvers, MachineResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { known } from '../src/loaders/known.ts';
import { connectionResolvers } from './connection.ts';
import { entityFields } from './node.ts';
import { machineEdges } from './vulnerability.ts';

export const machineQueries: Pick<QueryResolvers, 'machines' | 'machine'> = {
  machines: (_, asked, context) => context.lists.machines(context, asked),
  machine: (_, { tenant, machineId }, context) => known('machines', context, tenant, machineId),
};

export const MachineConnection: MachineConnectionResolvers = connectionResolvers;

export const Machine: MachineResolvers = {
  ...entityFields('Machine', ({ machineId }: { readonly tenant: string; readonly machineId: string }) => machineId),
  ...machineEdges,
  alerts: async ({ tenant, machineId }, asked, { loaders, pageOf }) => {
    const alerts = await loaders.alertsOfMachine.load({ tenant, id: machineId });
    return pageOf(alerts, asked, ({ alertId }) => alertId, 'machine alerts', tenant, machineId);
  },
  actions: ({ tenant, machineId }, { first, after }, context) =>
    context.lists.machineActions(context, { tenants: [tenant], filter: { machineId: [machineId] }, first, after }),
  investigations: ({ tenant, machineId }, { first, after }, context) =>
    context.lists.investigations(context, { tenants: [tenant], filter: { machineId: [machineId] }, first, after }),
};
