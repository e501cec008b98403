import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { CallScope } from '../scope.ts';
import type { MachineActionResult } from './payloads.ts';
import { withLatest } from './results.ts';
import type { Watcher } from './watcher.ts';

/** Time kept back from waiting, for the answer to be sent. */
const answerMs = 1000;

/** Epoch milliseconds at which a wait ends: as asked, and never so late that the request's deadline cuts the answer off. */
export const waitEnd = (until: number, { deadline }: Pick<CallScope, 'deadline'>): number =>
  Math.min(until, deadline - answerMs);

/**
 * The results with the actions as they are when all have ended, or when the time or the request's deadline is up; with how
 * long was waited, and with `ACTION_FAILED` where an action did not succeed.
 */
export const awaitResults = async (
  { watcher, clock }: { readonly watcher: Watcher; readonly clock: Clock },
  tenant: Tenant,
  results: readonly MachineActionResult[],
  /** Epoch milliseconds. */
  until: number,
  scope: CallScope,
): Promise<readonly MachineActionResult[]> => {
  const actions = results.flatMap(({ action }): readonly MachineAction[] => (action === null ? [] : [action]));
  const since = clock.now();
  const end = waitEnd(until, scope);
  const latest =
    since >= end || actions.length === 0
      ? new Map<string, MachineAction>()
      : await watcher.watch(tenant, actions, end, scope);
  return results.map((result) => withLatest(result, latest, clock.now() - since));
};
