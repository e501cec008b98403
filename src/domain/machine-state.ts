import type { MachineActionStatus, MachineActionType } from './enums.ts';
import type { Machine } from './machine.ts';
import { isFinal, type MachineAction } from './machine-action.ts';
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

/** What actions say of a state; `SILENT`: there is none that succeeded or goes on. */
export type StateByActions = 'ON' | 'OFF' | 'TURNING_ON' | 'TURNING_OFF' | 'SILENT';

/** The states of one machine by its actions. */
export type MachineStates = { readonly [Name in MachineStateName]: StateByActions } & {
  /** Actions reach back to this moment, epoch milliseconds. */
  readonly since: number;
};

type StateAction = Pick<MachineAction, 'type' | 'createdAt'> & { readonly status: MachineActionStatus };

/** What the newest action says: one that goes on, else the last that succeeded. */
export const stateByActions = ({ brings, undoes }: StateActions, actions: readonly StateAction[]): StateByActions => {
  const newestFirst = actions
    .filter(({ type }) => type === brings || type === undoes)
    .sort((a, b) => compareTimes(b.createdAt, a.createdAt));
  const open = newestFirst.find((action) => !isFinal(action) && action.status !== 'UNKNOWN');
  if (open !== undefined) return open.type === brings ? 'TURNING_ON' : 'TURNING_OFF';
  const last = newestFirst.find(({ status }) => status === 'SUCCEEDED');
  if (last === undefined) return 'SILENT';
  return last.type === brings ? 'ON' : 'OFF';
};

/**
 * Whether a machine is in a state. Where its actions say nothing it is not, if Defender has known it for no longer than actions
 * reach back; else an older action may still hold, and nobody knows.
 */
export const stateOfMachine = (
  name: MachineStateName,
  states: MachineStates,
  { firstSeen }: Pick<Machine, 'firstSeen'>,
): Exclude<StateByActions, 'SILENT'> | 'UNKNOWN' => {
  const state = states[name];
  if (state !== 'SILENT') return state;
  return firstSeen !== null && Date.parse(firstSeen) >= states.since ? 'OFF' : 'UNKNOWN';
};
