import type { Tenant } from '../../config/tenants.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { compareTimes } from '../../domain/time.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';
import { readOne } from '../reads-by-id.ts';
import { type CorrelationTag, carries, carriesAny } from './correlation.ts';

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
