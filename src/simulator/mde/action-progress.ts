import { isoTime } from '../world/times.ts';
import type { TenantWorld, WorldAction, WorldMachine } from '../world/types.ts';
import { isOffboarded, takeEffect } from './action-effects.ts';
import { runCommand } from './live-response-run.ts';

/** How long an action takes, in milliseconds. */
export interface ActionTimes {
  /** From the request to `InProgress`. */
  readonly pendingMs: number;
  /** From `InProgress` to the final state; live response divides it among its commands. */
  readonly runningMs: number;
  /** How long an unreachable machine is waited for before the action ends as `TimeOut`. */
  readonly queueMs: number;
}

/**
 * Tags by which a test decides how actions on a machine end: `simulator:fail` fails, `simulator:stuck` stays
 * `InProgress`, `simulator:offline` stays `Pending` (as on a machine whose health is `Inactive`).
 */
export const outcomeTags = { fail: 'simulator:fail', stuck: 'simulator:stuck', offline: 'simulator:offline' } as const;

/** E_FAIL, as a signed number. */
const failureHResult = -2_147_467_259;

const finalStates: readonly WorldAction['status'][] = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'];

export const isFinal = (action: WorldAction): boolean => finalStates.includes(action.status);

const isOffline = (machine: WorldMachine): boolean =>
  machine.healthStatus === 'Inactive' || machine.machineTags.includes(outcomeTags.offline);

/** Brings an action to the state it has at `now`: there are no timers, time passes when somebody looks. */
export function settleAction(action: WorldAction, tenant: TenantWorld, times: ActionTimes, now: Date): void {
  if (isFinal(action)) return;
  const startMs = Date.parse(action.createdAt);
  const elapsedMs = now.getTime() - startMs;
  const enter = (status: WorldAction['status'], afterMs: number): void => {
    if (action.status === status) return;
    action.status = status;
    action.updatedAt = isoTime(startMs + afterMs);
  };

  if (isOffline(action.machine) || action.unanswered === true || isOffboarded(tenant, action)) {
    if (elapsedMs >= times.queueMs) enter('TimeOut', times.queueMs);
    return;
  }
  if (elapsedMs < times.pendingMs) return;
  enter('InProgress', times.pendingMs);
  if (action.machine.machineTags.includes(outcomeTags.stuck)) return;
  if (action.commands !== null) settleCommands(action, tenant, times, elapsedMs, enter);
  if (isFinal(action) || elapsedMs < times.pendingMs + times.runningMs) return;
  const fails = action.machine.machineTags.includes(outcomeTags.fail);
  if (fails) action.errorHResult = failureHResult;
  enter(fails ? 'Failed' : 'Succeeded', times.pendingMs + times.runningMs);
  if (!fails) takeEffect(action, tenant);
}

/** Commands run one after another; the first that fails ends the session and leaves the rest as they were created. */
function settleCommands(
  action: WorldAction,
  tenant: TenantWorld,
  times: ActionTimes,
  elapsedMs: number,
  enter: (status: WorldAction['status'], afterMs: number) => void,
): void {
  const commands = action.commands ?? [];
  const shareMs = times.runningMs / commands.length;
  const startMs = Date.parse(action.createdAt) + times.pendingMs;
  for (const command of commands) {
    const fromMs = shareMs * command.index;
    if (elapsedMs - times.pendingMs < fromMs) return;
    command.startTime ??= isoTime(startMs + fromMs);
    if (command.status !== 'Created') continue;
    if (elapsedMs - times.pendingMs < fromMs + shareMs) return;
    const failsByTag = action.machine.machineTags.includes(outcomeTags.fail);
    const outcome = failsByTag
      ? { errors: ['The session was lost.'], result: null }
      : runCommand(command, action.machine, tenant);
    command.endTime = isoTime(startMs + fromMs + shareMs);
    command.errors = [...outcome.errors];
    command.result = outcome.result;
    command.status = outcome.errors.length === 0 ? 'Completed' : 'Failed';
    if (command.status === 'Failed') {
      const isOverlooked = action.overlooksFailures === true;
      if (!isOverlooked) action.errorHResult = failureHResult;
      enter(isOverlooked ? 'Succeeded' : 'Failed', times.pendingMs + fromMs + shareMs);
      return;
    }
  }
}
