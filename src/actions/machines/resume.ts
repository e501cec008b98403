import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Log } from '../../log.ts';
import { actOnEach } from '../../routing/act-on-each.ts';
import type { CallScope } from '../../scope.ts';
import type { Journal } from '../once/journal.ts';
import type { ActionSearch } from '../once/search.ts';
import { settlingOf } from '../once/unsettled.ts';
import { unsettled } from '../outcome.ts';
import { done, failed } from '../results.ts';
import type { Job, Submitted } from './submit-one.ts';

/**
 * Resumes a mutation whose first run was interrupted: a job that the first run did is answered by its action, one that
 * may still be on its way by `CONFLICT`; undefined: it surely was not begun, so it may be sent. One call a machine.
 */
export const createResume =
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
  async (tenant: Tenant, jobs: readonly Job[], scope: CallScope): Promise<readonly (Submitted | undefined)[]> => {
    const settlesIn = await settlingOf(journal, clock);
    return actOnEach(jobs, async ({ place, target, tag }): Promise<Submitted | undefined> => {
      const at = { tenant: tenant.name, machineId: place.machineId, machine: target.machine };
      const sent = await search.tagged(place, tag, scope);
      if (sent !== null) return { result: done(at, sent), outcome: 'BEGUN' };
      const seconds = settlesIn((subject) => subject.kind === 'machineAction' && subject.mark === tag.text);
      return seconds === null ? undefined : { result: failed(at, unsettled(tenant, seconds), log), outcome: 'UNKNOWN' };
    });
  };
