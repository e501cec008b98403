import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { MachineActs } from '../../routing/acts.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import { UnansweredActError } from '../../routing/send-once.ts';
import type { CallScope } from '../../scope.ts';
import { lookScope } from '../committed-scope.ts';
import { type CorrelationTag, tagged } from '../once/correlation.ts';
import type { WithOutcome } from '../outcome.ts';
import type { MachineActionResult } from '../payloads.ts';
import { done, failed } from '../results.ts';

/** Where the action is, as a result shows it. */
export const placeOf = (tenant: Tenant, action: MachineAction | null) => ({
  tenant: tenant.name,
  machineId: action?.machineId ?? null,
  machine: null,
});

/** An action that ended in its own way. */
export const endedAlready = ({ status, tenant }: MachineAction): GatewayError =>
  new GatewayError('CONFLICT', `The action has ended already (${status})`, { tenant });

const unknownOutcome = (error: GatewayError): GatewayError =>
  new GatewayError(
    error.code,
    `${error.message}. It may or may not have been cancelled, and was not asked again: look at the action`,
    error.details,
    error,
  );

/** Cancels one action and finds out what became of it. Never rejects. One call, and one more to look when it is not answered. */
export const createCancelOne = ({
  acts,
  machineActions,
  clock,
  log,
}: {
  readonly acts: Pick<MachineActs, 'cancel'>;
  readonly machineActions: Pick<MachineActionReads, 'byIds'>;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const readAgain = async (tenant: Tenant, action: MachineAction, scope: CallScope): Promise<MachineAction> => {
    try {
      const now = (await machineActions.byIds(tenant, [action.actionId], lookScope(scope, clock))).get(action.actionId);
      return now === undefined || now instanceof Error ? action : now;
    } catch (err) {
      log.warn('A cancelled action could not be read again', { tenant: tenant.name, err });
      return action;
    }
  };

  return async (
    tenant: Tenant,
    action: MachineAction,
    {
      comment,
      tag,
      renew,
    }: { readonly comment: string; readonly tag: CorrelationTag; readonly renew: () => Promise<void> },
    scope: CallScope,
  ): Promise<WithOutcome<MachineActionResult>> => {
    const place = placeOf(tenant, action);
    try {
      await renew();
      const cancelled = await acts.cancel(tenant, action.actionId, { comment: tagged(comment, tag) }, scope);
      return { result: done(place, cancelled ?? (await readAgain(tenant, action, scope))), outcome: 'BEGUN' };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      const unanswered = error instanceof UnansweredActError;
      // It may be done though nobody said so, or refused because the action ended in between.
      const now = unanswered || error.details.upstreamStatus === 400 ? await readAgain(tenant, action, scope) : action;
      if (now.status === 'CANCELLED') return { result: done(place, now), outcome: 'BEGUN' };
      if (isFinal(now)) return { result: failed(place, endedAlready(now), log, now), outcome: 'NOT_BEGUN' };
      const shown = unanswered ? unknownOutcome(error) : error;
      return { result: failed(place, shown, log, now), outcome: unanswered ? 'UNKNOWN' : 'NOT_BEGUN' };
    }
  };
};
