import type { Asking } from '../access/access.ts';
import { type ActionsDeps, createActionParts } from './action.ts';
import { tenantsNamedIn } from './inputs.ts';
import { createPlanIndicators } from './kinds/indicator/set.ts';
import { createOwnRecords } from './own-records.ts';
import type { Payload } from './payloads.ts';
import { type ActionInputs, type ActionName, type ActionResults, createPerformAction } from './table.ts';

/**
 * Everything that changes something at Microsoft's side; one watcher and one idempotency memory serve all actions. Faults of one target
 * are in its result, all others are thrown.
 */
export const createActions = (deps: ActionsDeps) => {
  const parts = createActionParts(deps);
  const { presence, reconcile, looseEnds, idempotency } = parts;
  const performAs = createPerformAction(parts);
  const records = createOwnRecords(parts.auditTrail);
  const stopped = new AbortController();
  let clearing = Promise.resolve();
  return {
    /** Begins to clear up what interrupted actions left behind; goes on until `stop`. */
    start: async (): Promise<void> => {
      await presence.start();
      clearing = reconcile.start(stopped.signal);
    },
    stop: async (): Promise<void> => {
      presence.stop();
      stopped.abort();
      await Promise.all([clearing, records.settled()]);
      await looseEnds.stop();
    },
    /** One action of a caller alone. They may leave once it has begun: what was begun is finished. */
    perform: async <Name extends ActionName>(
      { access, scope }: Asking,
      name: Name,
      input: ActionInputs[Name],
    ): Promise<Payload<ActionResults[Name]>> => {
      const { caller } = access;
      for (const tenant of tenantsNamedIn(input)) await reconcile.ofUser(caller, tenant, stopped.signal);
      return performAs(name, { caller, access, approved: null }, input, scope);
    },
    /** Compares tenants with a set of indicators. */
    planIndicators: createPlanIndicators(parts),
    /** One action, whoever performs it and whoever agreed to it. */
    performAs,
    /** What is done once under a key, and the records of what the gateway does itself: for what stands above actions. */
    ...{ idempotency, records },
  };
};

export type Actions = ReturnType<typeof createActions>;
