import type { ActionInputs, ActionName, ActionResults, Context, Payload } from '../src/context.ts';
import { actionNames } from '../src/context.ts';
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

/** The resolver of an action, as the table of actions performs it. */
type ActionResolver<Name extends ActionName> = (
  _: unknown,
  args: { readonly input: ActionInputs[Name] },
  context: Context,
) => Promise<Payload<ActionResults[Name]>>;

type ActionResolvers = { readonly [Name in ActionName]: ActionResolver<Name> };

const action =
  <Name extends ActionName>(name: Name): ActionResolver<Name> =>
  (_, { input }, context) =>
    context.actions.perform(context, name, input);

const withAction = <Name extends ActionName>(made: Partial<ActionResolvers>, name: Name): Partial<ActionResolvers> => ({
  ...made,
  [name]: action(name),
});

const isOfEveryAction = (made: Partial<ActionResolvers>): made is ActionResolvers =>
  actionNames.every((name) => name in made);

const ofActions = (): ActionResolvers => {
  const made = actionNames.reduce<Partial<ActionResolvers>>(withAction, {});
  if (isOfEveryAction(made)) return made;
  throw new Error('An action of the table has no resolver');
};

/** One mutation for each action: the compiler compares inputs and payloads of the table with the SDL's. */
export const Mutation: Pick<MutationResolvers, ActionName> = ofActions();

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
