import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { CallScope } from '../scope.ts';
import type { MachineActionResult } from './payloads.ts';
import type { Watcher } from './watcher.ts';

/** Time kept back from waiting, for the answer to be sent. */
const answerMs = 1000;

/** The results with the actions as they are when all have ended, or when the time or the request's deadline is up. */
export const awaitResults = async (
  { watcher, clock }: { readonly watcher: Watcher; readonly clock: Clock },
  tenant: Tenant,
  results: readonly MachineActionResult[],
  /** Epoch milliseconds. */
  until: number,
  scope: CallScope,
): Promise<readonly MachineActionResult[]> => {
  const actions = results.flatMap(({ action }): readonly MachineAction[] => (action === null ? [] : [action]));
  if (clock.now() >= until || actions.length === 0) return results;
  const latest = await watcher.watch(tenant, actions, Math.min(until, scope.deadline - answerMs), scope);
  return results.map((result) =>
    result.action === null ? result : { ...result, action: latest.get(result.action.actionId) ?? result.action },
  );
};
