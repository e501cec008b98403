import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineActionType } from '../../domain/enums.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import { compareTimes } from '../../domain/time.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';
import type { CorrelationTag } from './correlation.ts';
import { carrierAmong } from './whole-comments.ts';

/** Actions of one type on one machine. */
export interface ActionPlace {
  readonly tenant: Tenant;
  readonly machineId: string;
  readonly type: MachineActionType;
}

/** Finds actions whose ids are not known. One call a look, and one for each action that is listed without a tag. */
export interface ActionSearch {
  /** The newest that has not ended. */
  underWay(place: ActionPlace, scope: CallScope): Promise<MachineAction | null>;
  /** The one that carries the tag. Throws when one is listed that shows no comment, and may be it. */
  tagged(place: ActionPlace, tag: CorrelationTag, scope: CallScope): Promise<MachineAction | null>;
  /** As `tagged`, several times: an action that was just sent need not be listed at once. */
  taggedSoon(place: ActionPlace, tag: CorrelationTag, scope: CallScope): Promise<MachineAction | null>;
}

/** More than a machine ever has of one type in the time that matters. */
const pageSize = 100;

export const createActionSearch = ({
  reads,
  clock,
  lookAfterMs,
}: {
  readonly reads: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly clock: Clock;
  /** Milliseconds before each look. */
  readonly lookAfterMs: readonly number[];
}): ActionSearch => {
  const listedAt = async (
    { tenant, machineId, type }: ActionPlace,
    scope: CallScope,
  ): Promise<readonly MachineAction[]> => {
    const { page } = await reads.open(
      tenant,
      { machineId: [machineId], type: [type] },
      { from: { kind: 'start' }, top: pageSize },
      scope,
    );
    // An API that overlooks the filter answers with anything: only what was asked for counts.
    return page.items
      .filter((action) => action.machineId === machineId && action.type === type)
      .sort((a, b) => compareTimes(b.createdAt, a.createdAt));
  };

  const search: ActionSearch = {
    underWay: async (place, scope) => (await listedAt(place, scope)).find((action) => !isFinal(action)) ?? null,
    tagged: async (place, tag, scope) => {
      const found = await carrierAmong(reads, place.tenant, await listedAt(place, scope), tag, scope);
      if (found instanceof Error) throw found;
      return found;
    },
    taggedSoon: async (place, tag, scope) => {
      for (const delayMs of lookAfterMs) {
        if (clock.now() + delayMs >= scope.deadline) break;
        if (delayMs > 0) await clock.sleep(delayMs, scope.signal);
        const found = await search.tagged(place, tag, scope);
        if (found !== null) return found;
      }
      return null;
    },
  };
  return search;
};
