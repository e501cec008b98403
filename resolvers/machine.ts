import type { MachineConnectionResolvers, MachineResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { known } from '../src/loaders/known.ts';
import { connectionResolvers } from './connection.ts';
import { idOf } from './node.ts';

export const machineQueries: Pick<QueryResolvers, 'machines' | 'machine'> = {
  machines: (_, asked, context) => context.lists.machines(context, asked),
  machine: (_, { tenant, machineId }, { access, loaders }) =>
    known('machine', loaders.machines, { tenant: access.tenant(tenant).name, id: machineId }),
};

export const MachineConnection: MachineConnectionResolvers = connectionResolvers;

export const Machine: MachineResolvers = {
  id: idOf('Machine', ({ machineId }) => machineId),
  tenant: ({ tenant }, _, { access }) => access.tenant(tenant),
  alerts: async ({ tenant, machineId }, asked, { loaders, pageOf }) => {
    const alerts = await loaders.alertsOfMachine.load({ tenant, id: machineId });
    return pageOf(alerts, asked, ({ alertId }) => alertId, 'machine alerts', tenant, machineId);
  },
  actions: ({ tenant, machineId }, { first, after }, context) =>
    context.lists.machineActions(context, { tenants: [tenant], filter: { machineId: [machineId] }, first, after }),
};
