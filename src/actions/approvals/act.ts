import type { Permission } from '../../access/roles.ts';
import type { GuardedAction } from '../../config/guardrails.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { InputError, type ResultError } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import type { Acting } from '../acting.ts';
import type {
  CancelMachineActionsInput,
  IsolateMachinesInput,
  MachinesInput,
  MutationInput,
  RunLiveResponseInput,
  ScanMachinesInput,
  UpdateAlertsInput,
  UpdateIncidentsInput,
} from '../inputs.ts';
import type { AlertResult, IncidentResult, MachineActionResult, Payload } from '../payloads.ts';

/** Each mutation that can be approved, with its input. */
export interface ActInputs {
  readonly isolateMachines: IsolateMachinesInput;
  readonly releaseMachines: MachinesInput;
  readonly scanMachines: ScanMachinesInput;
  readonly runLiveResponse: RunLiveResponseInput;
  readonly cancelMachineActions: CancelMachineActionsInput;
  readonly updateIncidents: UpdateIncidentsInput;
  readonly updateAlerts: UpdateAlertsInput;
}
export type ActName = keyof ActInputs;

/** Each mutation's result for one target. */
export interface ActResults {
  readonly isolateMachines: MachineActionResult;
  readonly releaseMachines: MachineActionResult;
  readonly scanMachines: MachineActionResult;
  readonly runLiveResponse: MachineActionResult;
  readonly cancelMachineActions: MachineActionResult;
  readonly updateIncidents: IncidentResult;
  readonly updateAlerts: AlertResult;
}

/** The mutations by whoever acts, with a second person's approval or without. */
export type Performers = {
  readonly [Name in ActName]: (
    acting: Acting,
    input: ActInputs[Name],
    scope: CallScope,
  ) => Promise<Payload<ActResults[Name]>>;
};

/** One mutation with its input. */
export type Act<Name extends ActName = ActName> = {
  readonly [Each in Name]: { readonly name: Each; readonly input: ActInputs[Each] };
}[Name];

/** An act as callers give it: exactly one of the mutations. */
export type ActInput = { readonly [Name in ActName]?: ActInputs[Name] | null | undefined };

/** What became of one target, or what would. */
export interface ActRow {
  readonly target: string;
  readonly action: MachineAction | null;
  readonly error: ResultError | null;
}

/** What approvals know of one kind of act. */
interface ActKind<Name extends ActName> {
  /** As guardrails call it. */
  readonly guardedAs: GuardedAction;
  /** What whoever asks for it needs. */
  readonly permission: Permission;
  /** The targets as they are named in the input. */
  readonly targets: (input: ActInputs[Name]) => readonly string[];
}

/** Every act that can be approved, one row each. */
const kinds: { readonly [Name in ActName]: ActKind<Name> } = {
  isolateMachines: { guardedAs: 'isolate', permission: 'machine:isolate', targets: ({ machineIds }) => machineIds },
  releaseMachines: { guardedAs: 'release', permission: 'machine:isolate', targets: ({ machineIds }) => machineIds },
  scanMachines: { guardedAs: 'scan', permission: 'machine:scan', targets: ({ machineIds }) => machineIds },
  runLiveResponse: {
    guardedAs: 'runLiveResponse',
    permission: 'liveresponse:run',
    targets: ({ machineIds, actionId }) => machineIds ?? (actionId ? [actionId] : []),
  },
  cancelMachineActions: { guardedAs: 'cancel', permission: 'action:cancel', targets: ({ actionIds }) => actionIds },
  updateIncidents: {
    guardedAs: 'updateIncidents',
    permission: 'incident:write',
    targets: ({ incidentIds }) => incidentIds,
  },
  updateAlerts: { guardedAs: 'updateAlerts', permission: 'alert:write', targets: ({ alertIds }) => alertIds },
};

const isActName = (name: string): name is ActName => Object.hasOwn(kinds, name);

/** Every act that can be asked for. */
export const actNames: readonly ActName[] = Object.keys(kinds).filter(isActName);

/** As guardrails call the act. */
export const guardedAs = (name: ActName): GuardedAction => kinds[name].guardedAs;

/** What is laid over the input of an approved act. */
export type ActChanges = Pick<MutationInput, 'dryRun' | 'idempotencyKey'> & { readonly waitSeconds?: number };

/** The acts as approvals use them. */
export interface ApprovableActs {
  /** The one act that is given. Throws `BAD_USER_INPUT` for none, or several. */
  read(given: ActInput): Act;
  targetsOf(act: Act): readonly string[];
  permissionOf(act: Act): Permission;
  /** Performs the act. Results are in the order of its targets. Throws what the mutation throws. */
  perform(acting: Acting, act: Act, changes: ActChanges, scope: CallScope): Promise<readonly ActRow[]>;
}

const targetsOf = <Name extends ActName>({ name, input }: Act<Name>): readonly string[] => kinds[name].targets(input);

const actOf = <Name extends ActName>(given: ActInput, name: Name): Act<Name>[] => {
  const input = given[name];
  return input == null ? [] : [{ name, input }];
};

const perform = async <Name extends ActName>(
  performers: Performers,
  acting: Acting,
  { name, input }: Act<Name>,
  changes: ActChanges,
  scope: CallScope,
): Promise<readonly ActRow[]> => {
  const { results } = await performers[name](acting, { ...input, ...changes }, scope);
  const ids = targetsOf({ name, input });
  return results.map((result, index) => ({
    target: ids[index] ?? '',
    action: 'action' in result ? result.action : null,
    error: result.error,
  }));
};

export const createApprovableActs = (performers: Performers): ApprovableActs => ({
  read: (given) => {
    const [act, another] = actNames.flatMap((name) => actOf(given, name));
    if (act !== undefined && another === undefined) return act;
    throw new InputError('act must have exactly one of its fields', { field: 'act' });
  },
  targetsOf,
  permissionOf: ({ name }) => kinds[name].permission,
  perform: (acting, act, changes, scope) => perform(performers, acting, act, changes, scope),
});
