import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { isFinal, type MachineAction } from '../domain/machine-action.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CallScope } from '../scope.ts';
import type { MachineActionResult } from './payloads.ts';
import { errorRow } from './results.ts';
import type { Watcher } from './watcher.ts';

/** Time kept back from waiting, for the answer to be sent. */
const answerMs = 1000;

/** How long may be waited, and how long that is asked for. */
export interface Wait {
  /** When it began, epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  /** The most that could be waited, in seconds, where that is less than was asked. */
  readonly cutTo: number | null;
}

/** A wait from now on for so many seconds, cut to what the request's own time allows. */
export const waitOf = (seconds: number, clock: Clock, scope: CallScope): Wait => {
  const since = clock.now();
  const last = Math.max(since, scope.deadline - answerMs);
  const until = Math.min(since + seconds * 1000, last);
  return { since, until, cutTo: until < since + seconds * 1000 ? Math.floor((until - since) / 1000) : null };
};

/** Of an action that was begun and came to nothing. */
const actionFailed = ({ typeName, status, troubleshootInfo, tenant }: MachineAction): GatewayError => {
  const how = { FAILED: 'failed', TIME_OUT: 'timed out', CANCELLED: 'was cancelled' };
  const ended = status === 'FAILED' || status === 'TIME_OUT' || status === 'CANCELLED' ? how[status] : status;
  const why = troubleshootInfo == null || troubleshootInfo === '' ? '' : `: ${troubleshootInfo}`;
  return new GatewayError('ACTION_FAILED', `The action (${typeName}) was begun and ${ended}${why}`, { tenant });
};

/** The result of an action that ended without success says so: who branches on `error` must not take it for done. */
const toldOf = (result: MachineActionResult, log: Log): MachineActionResult => {
  const { action, error } = result;
  if (error !== null || action === null || !isFinal(action) || action.status === 'SUCCEEDED') return result;
  return { ...result, outcome: 'FAILED', error: errorRow(actionFailed(action), log) };
};

/** The results with the actions as they are when all have ended, or when the time is up. */
export const awaitResults = async (
  { watcher, clock, log }: { readonly watcher: Watcher; readonly clock: Clock; readonly log: Log },
  tenant: Tenant,
  results: readonly MachineActionResult[],
  { until, since }: Wait,
  scope: CallScope,
): Promise<readonly MachineActionResult[]> => {
  const actions = results.flatMap(({ action, error }) => (action === null || error !== null ? [] : [action]));
  const latest =
    clock.now() >= until || actions.length === 0
      ? new Map<string, MachineAction>()
      : await watcher.watch(tenant, actions, until, scope);
  const waitedSeconds = latest.size === 0 ? 0 : (clock.now() - since) / 1000;
  return results.map((result) => {
    if (result.action === null) return result;
    const action = latest.get(result.action.actionId) ?? result.action;
    return toldOf({ ...result, action, waitedSeconds }, log);
  });
};
