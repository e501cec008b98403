import type { MachineActionStatus, MachineActionType } from './enums.ts';
import type { Machine } from './machine.ts';
import { isFinal, isUnderWay, type MachineAction } from './machine-action.ts';
import { compareTimes } from './time.ts';

/** A state of a machine that one action brings about and another takes back. */
export interface StateActions {
  readonly brings: MachineActionType;
  readonly undoes: MachineActionType;
}

/** The states that Defender shows through actions alone: no API says them of a machine. */
export const machineStates = {
  isolation: { brings: 'ISOLATE', undoes: 'UNISOLATE' },
  restriction: { brings: 'RESTRICT_CODE_EXECUTION', undoes: 'UNRESTRICT_CODE_EXECUTION' },
} as const satisfies Record<string, StateActions>;

export type MachineStateName = keyof typeof machineStates;

/** What actions say of a state; `SILENT`: there is none that succeeded or goes on; `UNCLEAR`: the last is in a state that is not known. */
export type StateByActions = 'ON' | 'OFF' | 'TURNING_ON' | 'TURNING_OFF' | 'SILENT' | 'UNCLEAR';

/** The states of one machine by its actions. */
export type MachineStates = { readonly [Name in MachineStateName]: StateByActions } & {
  /** Actions reach back to this moment, epoch milliseconds. */
  readonly since: number;
};

type StateAction = Pick<MachineAction, 'type' | 'createdAt'> & { readonly status: MachineActionStatus };

/** Actions are kept for 180 days, in milliseconds. */
export const actionsKeptMs = 180 * 86_400_000;

/**
 * The action that tells a state: the newest that goes on, else the last that succeeded, or may have, as its status is a word of
 * tomorrow; null: none tells it.
 */
export const tellingAction = <Action extends StateAction>(
  { brings, undoes }: StateActions,
  actions: readonly Action[],
): Action | null => {
  const newestFirst = actions
    .filter(({ type }) => type === brings || type === undoes)
    .sort((a, b) => compareTimes(b.createdAt, a.createdAt));
  const open = newestFirst.find(isUnderWay);
  return open ?? newestFirst.find(({ status }) => status === 'SUCCEEDED' || status === 'UNKNOWN') ?? null;
};

export const stateByActions = (state: StateActions, actions: readonly StateAction[]): StateByActions => {
  const telling = tellingAction(state, actions);
  if (telling === null) return 'SILENT';
  if (telling.status === 'UNKNOWN') return 'UNCLEAR';
  const to = telling.type === state.brings ? 'ON' : 'OFF';
  return isFinal(telling) ? to : `TURNING_${to}`;
};

/**
 * Whether a machine whose actions say nothing is in no state: Defender has known it for no longer than actions reach back, to
 * `since` (epoch milliseconds). Else an older action may still hold, and nobody knows.
 */
export const isOffWhenSilent = ({ firstSeen }: Pick<Machine, 'firstSeen'>, since: number): boolean =>
  firstSeen !== null && Date.parse(firstSeen) >= since;

/** Whether a machine is in a state. */
export const stateOfMachine = (
  name: MachineStateName,
  states: MachineStates,
  machine: Pick<Machine, 'firstSeen'>,
): Exclude<StateByActions, 'SILENT' | 'UNCLEAR'> | 'UNKNOWN' => {
  const state = states[name];
  if (state === 'UNCLEAR') return 'UNKNOWN';
  if (state !== 'SILENT') return state;
  return isOffWhenSilent(machine, states.since) ? 'OFF' : 'UNKNOWN';
};
