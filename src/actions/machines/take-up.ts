import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Log } from '../../log.ts';
import { actOnEach } from '../../routing/act-on-each.ts';
import type { CallScope } from '../../scope.ts';
import { unsettled } from '../fate.ts';
import type { Journal } from '../once/journal.ts';
import type { ActionSearch } from '../once/search.ts';
import { settlingOf } from '../once/settling.ts';
import { done, failed } from '../results.ts';
import type { Errand, Submitted } from './submit-one.ts';

/**
 * Takes up a mutation whose first run was interrupted: an errand that the first run did is answered by its action, one that
 * may still be on its way by `CONFLICT`; undefined: it surely was not begun, so it may be sent. One call a machine.
 */
export const createTakeUp =
  ({
    search,
    journal,
    clock,
    log,
  }: {
    readonly search: ActionSearch;
    readonly journal: Pick<Journal, 'unsettled'>;
    readonly clock: Clock;
    readonly log: Log;
  }) =>
  async (tenant: Tenant, errands: readonly Errand[], scope: CallScope): Promise<readonly (Submitted | undefined)[]> => {
    const settlesIn = await settlingOf(journal, clock);
    return actOnEach(errands, async ({ place, target, mark }): Promise<Submitted | undefined> => {
      const at = { tenant: tenant.name, machineId: place.machineId, machine: target.machine };
      const sent = await search.marked(place, mark, scope);
      if (sent !== null) return { result: done(at, sent), fate: 'BEGUN' };
      const seconds = settlesIn((subject) => subject.kind === 'machineAction' && subject.mark === mark.text);
      return seconds === null ? undefined : { result: failed(at, unsettled(tenant, seconds), log), fate: 'UNKNOWN' };
    });
  };
