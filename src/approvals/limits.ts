import { fault } from '../actions/check-input.ts';
import type { Clock } from '../clock.ts';
import type { ApprovalLimits } from '../config/approvals.ts';
import { GatewayError } from '../errors.ts';
import { namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';
import { type Action, placeOf, tenantOf } from './action.ts';
import { listOfCaller, listOfTenant, timeText } from './index-entry.ts';
import type { ApprovalRequest } from './record.ts';

const dayMs = 86_400_000;

/** Throws `BAD_USER_INPUT` for an action that is too large to be kept and shown. */
export const checkSize = ({ name, input }: Action, limits: ApprovalLimits): void => {
  const check = (setting: 'commands' | 'inputCharacters', what: string, size: number): void => {
    if (size <= limits[setting]) return;
    throw fault(`action.${name}`, `has ${size} ${what}; ${limits[setting]} are allowed (approvals.${setting})`);
  };
  check('commands', 'commands', 'commands' in input ? (input.commands?.length ?? 0) : 0);
  check('inputCharacters', 'characters', JSON.stringify(input).length);
};

const full = (message: string): GatewayError => new GatewayError('RATE_LIMITED', message, { sent: 'no' });

/** Counts the requests that wait, so that nobody fills the store with them. */
export const createOpenRequests = (store: Store, limits: ApprovalLimits, clock: Clock) => {
  const open = store.sorted('approval-open', namespaces['approval-open']);
  const asked = store.sorted('approval-asked', namespaces['approval-asked']);
  const memberOf = ({ approvalId, expiresAt }: ApprovalRequest): string => `${timeText(expiresAt)}:${approvalId}`;

  const release = async (request: ApprovalRequest): Promise<void> => {
    const member = memberOf(request);
    await open.remove(listOfCaller(request.requester.id), member);
    await open.remove(listOfTenant(...placeOf(request)), member);
  };

  const takeAll = async (request: ApprovalRequest): Promise<void> => {
    const { approvalId, requester, action, requestedAt } = request;
    const now = clock.now();
    const member = memberOf(request);
    const caller = listOfCaller(requester.id);
    const tenant = listOfTenant(...placeOf(request));
    // What has expired no longer waits.
    const from = timeText(now + 1);
    if (!(await open.add(caller, member, { from, most: limits.openPerCaller }))) {
      throw full(
        `${limits.openPerCaller} of your requests wait for approval, which is the most (approvals.openPerCaller): take one back with rejectAction, or wait`,
      );
    }
    if (!(await open.add(tenant, member, { from, most: limits.openPerTenant }))) {
      throw full(
        `${limits.openPerTenant} requests wait for approval in ${tenantOf(action)}, which is the most (approvals.openPerTenant): have some decided`,
      );
    }
    const ofDay = { from: timeText(now - dayMs + 1), most: limits.requestsPerDay };
    if (await asked.add(caller, `${timeText(requestedAt)}:${approvalId}`, ofDay)) return;
    throw full(
      `You asked for ${limits.requestsPerDay} approvals in 24 hours, which is the most (approvals.requestsPerDay)`,
    );
  };

  return {
    /** Throws `RATE_LIMITED` when the caller or the tenant has as many as they may. Of several at once none slips through. */
    take: async (request: ApprovalRequest): Promise<void> => {
      try {
        await takeAll(request);
      } catch (thrown) {
        // What was taken before is given back, where the store takes that.
        await release(request).catch(() => {});
        throw thrown;
      }
    },
    /** It was decided, or could not be kept: it waits no longer. */
    release,
  };
};
