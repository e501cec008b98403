import type { ActInputs, ActName, ActResults, Context, Payload } from '../src/context.ts';
import { actNames } from '../src/context.ts';
import { isFinal } from '../src/domain/machine-action.ts';
import type {
  InvestigationResultResolvers,
  LiveResponseCommandResolvers,
  LiveResponseFileResolvers,
  MachineActionResolvers,
  MachineActionResultResolvers,
  MutationResolvers,
  QueuedResolvers,
} from '../src/generated/graphql.ts';
import { shownTarget } from './results.ts';
import { asksFor } from './selection.ts';

/** The resolver of an act, as the table of acts performs it. */
type ActResolver<Name extends ActName> = (
  _: unknown,
  args: { readonly input: ActInputs[Name] },
  context: Context,
) => Promise<Payload<ActResults[Name]>>;

type ActResolvers = { readonly [Name in ActName]: ActResolver<Name> };

const act =
  <Name extends ActName>(name: Name): ActResolver<Name> =>
  (_, { input }, context) =>
    context.actions.perform(context, name, input);

const withAct = <Name extends ActName>(made: Partial<ActResolvers>, name: Name): Partial<ActResolvers> => ({
  ...made,
  [name]: act(name),
});

const isOfEveryAct = (made: Partial<ActResolvers>): made is ActResolvers => actNames.every((name) => name in made);

const ofActs = (): ActResolvers => {
  const made = actNames.reduce<Partial<ActResolvers>>(withAct, {});
  if (isOfEveryAct(made)) return made;
  throw new Error('An act of the table has no resolver');
};

/** One mutation for each act: the compiler compares inputs and payloads of the table with the SDL's. */
export const Mutation: Pick<MutationResolvers, ActName> = ofActs();

export const MachineAction: Pick<MachineActionResolvers, 'isFinal' | 'gatewayCaller'> = {
  isFinal,
  gatewayCaller: (action, _, context) => context.gatewayCallerOf(context, action),
};

export const LiveResponseCommand: LiveResponseCommandResolvers = {
  script: (command, _, context) => context.files.scriptResult(context, command),
  file: (command, _, context, info) =>
    context.files.fileResult(context, command, { withBytes: asksFor(info, 'contentBase64') }),
};

export const LiveResponseFile: LiveResponseFileResolvers = {
  size: async ({ contents }) => (await contents()).size,
  sha256: async ({ contents }) => (await contents()).sha256,
  contentBase64: async ({ contents }) => (await contents()).bytes?.toString('base64') ?? null,
};

export const MachineActionResult: MachineActionResultResolvers = {
  machineId: ({ machineId }) => shownTarget(machineId),
  machine: ({ tenant, machineId, machine }, _, { loaders }) =>
    machine ?? (machineId === null ? null : loaders.load('machines', { tenant, id: machineId })),
};

export const InvestigationResult: InvestigationResultResolvers = {
  machineId: ({ machineId }) => shownTarget(machineId),
  machine: ({ tenant, machineId, machine }, _, { loaders }) =>
    machine ?? loaders.load('machines', { tenant, id: machineId }),
  investigation: ({ tenant, investigationId }, _, { loaders }) =>
    investigationId === null ? null : loaders.load('investigations', { tenant, id: investigationId }),
};

export const Queued: QueuedResolvers = {
  waitedSeconds: ({ waitedMs }) => waitedMs / 1000,
};
