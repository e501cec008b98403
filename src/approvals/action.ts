import type { Acting } from '../access/acting.ts';
import type { Permission } from '../access/roles.ts';
import { fault } from '../actions/check-input.ts';
import { type MutationInput, onlyTenantIn } from '../actions/inputs.ts';
import type { TargetResult } from '../actions/payloads.ts';
import { type ActionInputs, type ActionName, actionNames, actions } from '../actions/table.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { ActionOutcome } from '../domain/outcome.ts';
import { InputError, type ResultError } from '../errors.ts';
import type { CallScope } from '../scope.ts';

/** One mutation with its input. */
export type Action<Name extends ActionName = ActionName> = {
  readonly [Each in Name]: { readonly name: Each; readonly input: ActionInputs[Each] };
}[Name];

/** An action as callers give it: exactly one of the mutations. */
export type ActionInput = { readonly [Name in ActionName]?: ActionInputs[Name] | null | undefined };

/** The tenant in which it is done. A second person judges one: an action in several is `BAD_USER_INPUT`. */
export const tenantOf = ({ input }: Action): string => {
  const name = onlyTenantIn(input);
  if (name !== null) return name;
  throw new InputError('An approval is for one tenant: name one in tenants', { field: 'tenants' });
};

/** The tenant of a request for approval, as far as it tells. */
export const placeOf = ({
  action,
  tenantId,
}: {
  readonly action: Action;
  readonly tenantId?: string;
}): readonly [name: string, tenantId?: string] =>
  tenantId === undefined ? [tenantOf(action)] : [tenantOf(action), tenantId];

/** What became of one target, or what would. */
export interface ActionRow {
  readonly target: string;
  /** The machine that it is about, however it is named. */
  readonly machineId?: string;
  readonly action: MachineAction | null;
  /** Absent of what an earlier version kept. */
  readonly outcome?: ActionOutcome | null;
  readonly error: ResultError | null;
  /** It became an action, which could not be read: a repeat shows it. */
  readonly unread?: true;
}

/** What is laid over the input of an approved action. */
export type ActionChanges = Pick<MutationInput, 'dryRun' | 'idempotencyKey'> & { readonly waitSeconds?: number };

const targetTable: { readonly [Name in ActionName]: { targetsOf(input: ActionInputs[Name]): readonly string[] } } =
  actions;

/** The targets as they are named in the input. */
const targetsOf = <Name extends ActionName>({ name, input }: Action<Name>): readonly string[] =>
  targetTable[name].targetsOf(input);

const actionOf = <Name extends ActionName>(given: ActionInput, name: Name): Action<Name>[] => {
  const input = given[name];
  return input == null ? [] : [{ name, input }];
};

/** Performs any action; of its results approvals keep what every one of them has. */
export type PerformAny = <Name extends ActionName>(
  name: Name,
  acting: Acting,
  input: ActionInputs[Name],
  scope: CallScope,
) => Promise<{
  readonly results: readonly (TargetResult & {
    readonly action?: MachineAction | null;
    readonly machineId?: string | null;
  })[];
}>;

const perform = async <Name extends ActionName>(
  performAction: PerformAny,
  acting: Acting,
  { name, input }: Action<Name>,
  changes: ActionChanges,
  scope: CallScope,
): Promise<readonly ActionRow[]> => {
  const { results } = await performAction(name, acting, { ...input, ...changes }, scope);
  const ids = targetsOf({ name, input });
  return results.map((result, index) => ({
    target: ids[index] ?? result.machineId ?? '',
    ...(result.machineId != null && { machineId: result.machineId }),
    action: result.action ?? null,
    outcome: result.outcome,
    error: result.error,
    ...('action' in result && result.action === null && result.error === null && { unread: true as const }),
  }));
};

/** The actions as approvals use them. */
export const createApprovableActions = (performAction: PerformAny) => ({
  /** The one action that is given. Throws `BAD_USER_INPUT` for none, or several. */
  read: (given: ActionInput): Action => {
    const [action, another] = actionNames.flatMap((name) => actionOf(given, name));
    if (action !== undefined && another === undefined) return action;
    throw fault('action', 'must have exactly one of its fields');
  },
  targetsOf: (action: Action): readonly string[] => targetsOf(action),
  permissionOf: ({ name }: Action): Permission => actions[name].permission,
  /** Performs the action. Results are in the order of its targets. Throws what the mutation throws. */
  perform: (acting: Acting, action: Action, changes: ActionChanges, scope: CallScope) =>
    perform(performAction, acting, action, changes, scope),
});

export type ApprovableActions = ReturnType<typeof createApprovableActions>;
