import type { ActInputs, ActName, ActResults, Context, Payload } from '../src/context.ts';
import { actNames } from '../src/context.ts';
import { isFinal } from '../src/domain/machine-action.ts';
import type {
  InvestigationResultResolvers,
  LiveResponseCommandResolvers,
  MachineActionConnectionResolvers,
  MachineActionResolvers,
  MachineActionResultResolvers,
  MutationResolvers,
  QueryResolvers,
  QueuedResolvers,
} from '../src/generated/graphql.ts';
import { known } from '../src/loaders/known.ts';
import { connectionResolvers } from './connection.ts';
import { entityFields } from './node.ts';

export const actionQueries: Pick<QueryResolvers, 'machineActions' | 'machineAction'> = {
  machineActions: (_, asked, context) => context.lists.machineActions(context, asked),
  machineAction: (_, { tenant, actionId }, context) => known('machineActions', context, tenant, actionId),
};

/** The resolver of an act, as the table of acts performs it. */
type ActResolver<Name extends ActName> = (
  _: unknown,
  args: { readonly input: ActInputs[Name] },
  context: Context,
) => Promise<Payload<ActResults[Name]>>;

type ActResolvers = { readonly [Name in ActName]: ActResolver<Name> };

const act =
  <Name extends ActName>(name: Name): ActResolver<Name> =>
  (_, { input }, { access, scope, actions }) =>
    actions.perform(name, access.caller, input, scope);

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

export const MachineActionConnection: MachineActionConnectionResolvers = connectionResolvers;

export const MachineAction: MachineActionResolvers = {
  ...entityFields('MachineAction', ({ actionId }: { readonly tenant: string; readonly actionId: string }) => actionId),
  isFinal,
  machine: ({ tenant, machineId }, _, { loaders }) => loaders.machines.load({ tenant, id: machineId }),
};

export const LiveResponseCommand: LiveResponseCommandResolvers = {
  script: (command, _, { actions, scope, access }) => actions.scriptResult(access.caller, command, scope),
  file: (command, _, { actions, scope, access }) => actions.fileResult(access.caller, command, scope),
};

export const MachineActionResult: MachineActionResultResolvers = {
  machine: ({ tenant, machineId, machine }, _, { loaders }) =>
    machine ?? (machineId === null ? null : loaders.machines.load({ tenant, id: machineId })),
};

export const InvestigationResult: InvestigationResultResolvers = {
  machine: ({ tenant, machineId, machine }, _, { loaders }) =>
    machine ?? loaders.machines.load({ tenant, id: machineId }),
  investigation: ({ tenant, investigationId }, _, { loaders }) =>
    investigationId === null ? null : loaders.investigations.load({ tenant, id: investigationId }),
};

export const Queued: QueuedResolvers = {
  waitedSeconds: ({ waitedMs }) => waitedMs / 1000,
};
