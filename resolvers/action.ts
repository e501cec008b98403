import type { ActInputs, ActName, ActResults, Context, Payload } from '../src/context.ts';
import { isFinal } from '../src/domain/machine-action.ts';
import type {
  LiveResponseCommandResolvers,
  LiveResponseFileResolvers,
  MachineActionResolvers,
  MachineActionResultResolvers,
  MutationResolvers,
  QueuedResolvers,
} from '../src/generated/graphql.ts';
import { asksFor } from './selection.ts';

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

export const MachineAction: Pick<MachineActionResolvers, 'isFinal' | 'gatewayCaller'> = {
  isFinal,
  gatewayCaller: (action, _, context) => context.gatewayCallerOf(context, action),
};

export const LiveResponseCommand: LiveResponseCommandResolvers = {
  script: (command, _, { actions, scope, access }) => actions.scriptResult(access.caller, command, scope),
  file: (command, _, { actions, scope, access }, info) =>
    actions.fileResult(access.caller, command, { withBytes: asksFor(info, 'contentBase64') }, scope),
};

export const LiveResponseFile: LiveResponseFileResolvers = {
  size: async ({ contents }) => (await contents()).size,
  sha256: async ({ contents }) => (await contents()).sha256,
  contentBase64: async ({ contents }) => (await contents()).bytes?.toString('base64') ?? null,
};

export const MachineActionResult: MachineActionResultResolvers = {
  machine: ({ tenant, machineId, machine }, _, { loaders }) =>
    machine ?? (machineId === null ? null : loaders.machines.load({ tenant, id: machineId })),
};

export const Queued: QueuedResolvers = {
  waitedSeconds: ({ waitedMs }) => waitedMs / 1000,
};
