import type { ActInputs, ActName, ActResults, Context, Payload } from '../src/context.ts';
import { isFinal } from '../src/domain/machine-action.ts';
import type {
  LiveResponseCommandResolvers,
  MachineActionResultResolvers,
  MutationResolvers,
  QueuedResolvers,
} from '../src/generated/graphql.ts';

/** The resolver of an act, as the table of acts performs it. */
const act =
  <Name extends ActName>(name: Name) =>
  (
    _: unknown,
    { input }: { readonly input: ActInputs[Name] },
    { access, scope, actions }: Context,
  ): Promise<Payload<ActResults[Name]>> =>
    actions.perform(name, access.caller, input, scope);

export const Mutation: Pick<MutationResolvers, ActName> = {
  isolateMachines: act('isolateMachines'),
  releaseMachines: act('releaseMachines'),
  scanMachines: act('scanMachines'),
  runLiveResponse: act('runLiveResponse'),
  cancelMachineActions: act('cancelMachineActions'),
  updateIncidents: act('updateIncidents'),
  updateAlerts: act('updateAlerts'),
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
