import type { Machine as DomainMachine } from '../src/domain/machine.ts';
import { type MachineStateName, type MachineStates, stateOfMachine } from '../src/domain/machine-state.ts';
import type { MachineConnectionResolvers, MachineResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import type { EntityKey } from '../src/loaders/keyed.ts';
import { known } from '../src/loaders/known.ts';
import { connectionResolvers } from './connection.ts';
import { entityFields } from './node.ts';
import { machineEdges } from './vulnerability.ts';

export const machineQueries: Pick<QueryResolvers, 'machines' | 'machine'> = {
  machines: (_, asked, context) => context.lists.machines(context, asked),
  machine: (_, { tenant, machineId }, context) => known('machines', context, tenant, machineId),
};

export const MachineConnection: MachineConnectionResolvers = connectionResolvers;

const isolationWords = {
  ON: 'ISOLATED',
  OFF: 'NOT_ISOLATED',
  TURNING_ON: 'ISOLATION_PENDING',
  TURNING_OFF: 'RELEASE_PENDING',
  UNKNOWN: 'UNKNOWN',
} as const;

const restrictionWords = {
  ON: 'RESTRICTED',
  OFF: 'NOT_RESTRICTED',
  TURNING_ON: 'RESTRICTION_PENDING',
  TURNING_OFF: 'RELEASE_PENDING',
  UNKNOWN: 'UNKNOWN',
} as const;

const keyOf = ({ tenant, machineId }: DomainMachine): EntityKey => ({ tenant, id: machineId });

const wordOf = <Word>(
  name: MachineStateName,
  words: Readonly<Record<ReturnType<typeof stateOfMachine>, Word>>,
  states: MachineStates | null,
  machine: DomainMachine,
): Word | null => (states === null ? null : words[stateOfMachine(name, states, machine)]);

export const Machine: MachineResolvers = {
  ...entityFields('Machine', ({ machineId }: { readonly tenant: string; readonly machineId: string }) => machineId),
  ...machineEdges,
  alerts: async ({ tenant, machineId }, asked, { loaders, pageOf }) => {
    const alerts = await loaders.alertsOfMachine.load({ tenant, id: machineId });
    return pageOf(alerts, asked, ({ alertId }) => alertId, 'machine alerts', tenant, machineId);
  },
  isolationState: async (machine, _, { loaders }) =>
    wordOf('isolation', isolationWords, await loaders.statesOfMachine.load(keyOf(machine)), machine),
  restrictedState: async (machine, _, { loaders }) =>
    wordOf('restriction', restrictionWords, await loaders.statesOfMachine.load(keyOf(machine)), machine),
  actions: ({ tenant, machineId }, { first, after }, context) =>
    context.lists.machineActions(context, { tenants: [tenant], filter: { machineId: [machineId] }, first, after }),
  investigations: ({ tenant, machineId }, { first, after }, context) =>
    context.lists.investigations(context, { tenants: [tenant], filter: { machineId: [machineId] }, first, after }),
};
