import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { CallScope } from '../scope.ts';
import type { MachineActionResult } from './payloads.ts';
import { withLatest } from './results.ts';
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

/**
 * The results with the actions as they are when all have ended, or when the time is up; with how long was waited, and with
 * `ACTION_FAILED` where an action did not succeed.
 */
export const awaitResults = async (
  { watcher, clock }: { readonly watcher: Watcher; readonly clock: Clock },
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
  return results.map((result) => withLatest(result, latest, waitedSeconds));
};
