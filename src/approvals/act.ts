import type { Acting } from '../access/acting.ts';
import type { Permission } from '../access/roles.ts';
import { fault } from '../actions/check-input.ts';
import { type MutationInput, onlyTenantIn } from '../actions/inputs.ts';
import type { TargetResult } from '../actions/payloads.ts';
import { type ActInputs, type ActName, actNames, acts } from '../actions/table.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { InputError, type ResultError } from '../errors.ts';
import type { CallScope } from '../scope.ts';

/** One mutation with its input. */
export type Act<Name extends ActName = ActName> = {
  readonly [Each in Name]: { readonly name: Each; readonly input: ActInputs[Each] };
}[Name];

/** An act as callers give it: exactly one of the mutations. */
export type ActInput = { readonly [Name in ActName]?: ActInputs[Name] | null | undefined };

/** The tenant in which it is done. A second person judges one: an act in several is `BAD_USER_INPUT`. */
export const tenantOf = ({ input }: Act): string => {
  const name = onlyTenantIn(input);
  if (name !== null) return name;
  throw new InputError('An approval is for one tenant: name one in tenants', { field: 'tenants' });
};

/** The tenant of a request for approval, as far as it tells. */
export const placeOf = ({
  act,
  tenantId,
}: {
  readonly act: Act;
  readonly tenantId?: string;
}): readonly [name: string, tenantId?: string] =>
  tenantId === undefined ? [tenantOf(act)] : [tenantOf(act), tenantId];

/** What became of one target, or what would. */
export interface ActRow {
  readonly target: string;
  readonly action: MachineAction | null;
  readonly error: ResultError | null;
  /** It became an action, which could not be read: a repeat shows it. */
  readonly unread?: true;
}

/** What is laid over the input of an approved act. */
export type ActChanges = Pick<MutationInput, 'dryRun' | 'idempotencyKey'> & { readonly waitSeconds?: number };

const targetTable: { readonly [Name in ActName]: { targetsOf(input: ActInputs[Name]): readonly string[] } } = acts;

/** The targets as they are named in the input. */
const targetsOf = <Name extends ActName>({ name, input }: Act<Name>): readonly string[] =>
  targetTable[name].targetsOf(input);

const actOf = <Name extends ActName>(given: ActInput, name: Name): Act<Name>[] => {
  const input = given[name];
  return input == null ? [] : [{ name, input }];
};

/** Performs any act; of its results approvals keep what every one of them has. */
export type PerformAny = <Name extends ActName>(
  name: Name,
  acting: Acting,
  input: ActInputs[Name],
  scope: CallScope,
) => Promise<{
  readonly results: readonly (TargetResult & {
    readonly action?: MachineAction | null;
    readonly machineId?: string | null;
  })[];
}>;

const perform = async <Name extends ActName>(
  performAct: PerformAny,
  acting: Acting,
  { name, input }: Act<Name>,
  changes: ActChanges,
  scope: CallScope,
): Promise<readonly ActRow[]> => {
  const { results } = await performAct(name, acting, { ...input, ...changes }, scope);
  const ids = targetsOf({ name, input });
  return results.map((result, index) => ({
    target: ids[index] ?? result.machineId ?? '',
    action: result.action ?? null,
    error: result.error,
    ...('action' in result && result.action === null && result.error === null && { unread: true as const }),
  }));
};

/** The acts as approvals use them. */
export const createApprovableActs = (performAct: PerformAny) => ({
  /** The one act that is given. Throws `BAD_USER_INPUT` for none, or several. */
  read: (given: ActInput): Act => {
    const [act, another] = actNames.flatMap((name) => actOf(given, name));
    if (act !== undefined && another === undefined) return act;
    throw fault('act', 'must have exactly one of its fields');
  },
  targetsOf: (act: Act): readonly string[] => targetsOf(act),
  permissionOf: ({ name }: Act): Permission => acts[name].permission,
  /** Performs the act. Results are in the order of its targets. Throws what the mutation throws. */
  perform: (acting: Acting, act: Act, changes: ActChanges, scope: CallScope) =>
    perform(performAct, acting, act, changes, scope),
});

export type ApprovableActs = ReturnType<typeof createApprovableActs>;
