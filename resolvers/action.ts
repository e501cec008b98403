import { isFinal } from '../src/domain/machine-action.ts';
import type {
  LiveResponseCommandResolvers,
  MachineActionResultResolvers,
  MutationResolvers,
  QueuedResolvers,
} from '../src/generated/graphql.ts';

export const Mutation: MutationResolvers = {
  isolateMachines: (_, { input }, { access, scope, actions }) => actions.isolateMachines(access.caller, input, scope),
  releaseMachines: (_, { input }, { access, scope, actions }) => actions.releaseMachines(access.caller, input, scope),
  scanMachines: (_, { input }, { access, scope, actions }) => actions.scanMachines(access.caller, input, scope),
  runLiveResponse: (_, { input }, { access, scope, actions }) => actions.runLiveResponse(access.caller, input, scope),
  cancelMachineActions: (_, { input }, { access, scope, actions }) =>
    actions.cancelMachineActions(access.caller, input, scope),
  updateIncidents: (_, { input }, { access, scope, actions }) => actions.updateIncidents(access.caller, input, scope),
  updateAlerts: (_, { input }, { access, scope, actions }) => actions.updateAlerts(access.caller, input, scope),
};

export const MachineAction = { isFinal };

export const LiveResponseCommand: LiveResponseCommandResolvers = {
  script: (command, _, { actions, scope, access }) => actions.scriptResult(access.caller, command, scope),
  file: (command, _, { actions, scope, access }) => actions.fileResult(access.caller, command, scope),
};

export const MachineActionResult: MachineActionResultResolvers = {
  machine: ({ tenant, machineId, machine }, _, { loaders }) =>
    machine ?? (machineId === null ? null : loaders.machines.load({ tenant, id: machineId })),
};

export const Queued: QueuedResolvers = {
  waitedSeconds: ({ waitedMs }) => waitedMs / 1000,
};
