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

/** The targets as they are named in the input. */
const targetTable: { readonly [Name in ActName]: (input: ActInputs[Name]) => readonly string[] } = {
  isolateMachines: ({ machineIds }) => machineIds,
  releaseMachines: ({ machineIds }) => machineIds,
  scanMachines: ({ machineIds }) => machineIds,
  runLiveResponse: ({ machineIds, actionId }) => machineIds ?? (actionId ? [actionId] : []),
  cancelMachineActions: ({ actionIds }) => actionIds,
  updateIncidents: ({ incidentIds }) => incidentIds,
  updateAlerts: ({ alertIds }) => alertIds,
};

export const targetsOf = <Name extends ActName>({ name, input }: Act<Name>): readonly string[] =>
  targetTable[name](input);

const actOf = <Name extends ActName>(given: ActInput, name: Name): Act<Name>[] => {
  const input = given[name];
  return input == null ? [] : [{ name, input }];
};

/** The one act that is given. Throws `BAD_USER_INPUT` for none, or several. */
export const readAct = (given: ActInput): Act => {
  const acts: readonly Act[] = [
    ...actOf(given, 'isolateMachines'),
    ...actOf(given, 'releaseMachines'),
    ...actOf(given, 'scanMachines'),
    ...actOf(given, 'runLiveResponse'),
    ...actOf(given, 'cancelMachineActions'),
    ...actOf(given, 'updateIncidents'),
    ...actOf(given, 'updateAlerts'),
  ];
  const [act, another] = acts;
  if (act !== undefined && another === undefined) return act;
  throw new InputError('act must have exactly one of its fields', { field: 'act' });
};

/** What is laid over the input of an approved act. */
export type ActChanges = Pick<MutationInput, 'dryRun' | 'idempotencyKey'> & { readonly waitSeconds?: number };

/** Performs the act. Results are in the order of its targets. Throws what the mutation throws. */
export const performAct = async <Name extends ActName>(
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
