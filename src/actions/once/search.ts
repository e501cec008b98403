import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineActionType } from '../../domain/enums.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import { compareTimes } from '../../domain/time.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import { readOne } from '../../routing/reads-by-id.ts';
import type { CallScope } from '../../scope.ts';
import { type CorrelationTag, carries, carriesAny } from './correlation.ts';

/** Actions of one type on one machine. */
export interface ActionPlace {
  readonly tenant: Tenant;
  readonly machineId: string;
  readonly type: MachineActionType;
}

/** Actions that are read singly in one look; more than a machine has of one type in the time that matters. */
const mostSingly = 20;

/**
 * The action among those listed that carries the tag; null: none does. A list need not have comments whole, so that actions
 * without any tag are read singly: one call each, the newest first. An error: one of them shows no comment or cannot be
 * read, and may be the one.
 */
export const carrierAmong = async (
  reads: Pick<MachineActionReads, 'byIds'>,
  tenant: Tenant,
  listed: readonly MachineAction[],
  tag: CorrelationTag,
  scope: CallScope,
): Promise<MachineAction | GatewayError | null> => {
  const [carrier] = listed.filter((action) => carries(action, tag));
  if (carrier !== undefined) return carrier;
  const bare = listed.filter((action) => !carriesAny(action)).sort((a, b) => compareTimes(b.createdAt, a.createdAt));
  let unclear: GatewayError | null = bare.length > mostSingly ? withoutComment(tenant) : null;
  for (const { actionId } of bare.slice(0, mostSingly)) {
    try {
      const action = await readOne(reads, tenant, actionId, scope);
      if (action !== null && carries(action, tag)) return action;
      if (action?.requestorComment === null) unclear = withoutComment(tenant);
    } catch (thrown) {
      scope.signal.throwIfAborted();
      unclear = asGatewayError(thrown);
    }
  }
  return unclear;
};

const withoutComment = ({ name }: Tenant): GatewayError =>
  new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'Defender shows actions of this kind on the machine without their comments, and one of them may be it',
    { tenant: name, api: 'mde' },
  );

/** More than a machine ever has of one type in the time that matters. */
const pageSize = 100;

/** Finds actions whose ids are not known. One call a look, and one for each action that is listed without a tag. */
export const createActionSearch = (parts: {
  readonly reads: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly clock: Clock;
  /** Milliseconds before each look. */
  readonly lookAfterMs: readonly number[];
}) => {
  const { reads, clock, lookAfterMs } = parts;
  const listedAt = async (place: ActionPlace, scope: CallScope): Promise<readonly MachineAction[]> => {
    const { tenant, machineId, type } = place;
    const filter = { machineId: [machineId], type: [type] };
    const { page } = await reads.open(tenant, filter, { from: { kind: 'start' }, top: pageSize }, scope);
    // An API that overlooks the filter answers with anything: only what was asked for counts.
    return page.items
      .filter((action) => action.machineId === machineId && action.type === type)
      .sort((a, b) => compareTimes(b.createdAt, a.createdAt));
  };

  return {
    /** The newest that has not ended. */
    underWay: async (place: ActionPlace, scope: CallScope): Promise<MachineAction | null> =>
      (await listedAt(place, scope)).find((action) => !isFinal(action)) ?? null,

    /**
     * The one that carries the tag, looked for several times: an action that was just sent need not be listed at once. Throws when
     * one is listed that shows no comment, and may be it.
     */
    taggedSoon: async (place: ActionPlace, tag: CorrelationTag, scope: CallScope): Promise<MachineAction | null> => {
      for (const delayMs of lookAfterMs) {
        if (clock.now() + delayMs >= scope.deadline) break;
        if (delayMs > 0) await clock.sleep(delayMs, scope.signal);
        const found = await carrierAmong(reads, place.tenant, await listedAt(place, scope), tag, scope);
        if (found instanceof Error) throw found;
        if (found !== null) return found;
      }
      return null;
    },
  };
};

export type ActionSearch = ReturnType<typeof createActionSearch>;
