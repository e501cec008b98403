import type { Access } from '../access/authorize.ts';
import type { Caller } from '../access/caller.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { isFinal, type MachineAction } from '../domain/machine-action.ts';
import { AccessError, asGatewayError, GatewayError, NotFoundError } from '../errors.ts';
import type { Log } from '../log.ts';
import { actOnEach } from '../routing/act-on-each.ts';
import type { MachineActs } from '../routing/acts.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import { UnansweredActError } from '../routing/send-once.ts';
import type { CallScope } from '../scope.ts';
import { catalogue, permissionOfType } from './catalogue.ts';
import { checkComment, checkIdempotencyKey, checkTargets } from './check-input.ts';
import { committedScope, lookScope } from './committed-scope.ts';
import type { Idempotency } from './idempotency.ts';
import type { CancelMachineActionsInput } from './inputs.ts';
import type { MachineActionResult, Payload } from './payloads.ts';
import { done, failed, payloadOf } from './results.ts';
import { canonical } from './targets.ts';

const row = catalogue.cancel;

/**
 * Cancels actions that have not ended. One that is cancelled already is answered as it is. Calls: 1 to read all of them, 1 to
 * cancel each.
 */
export const createCancel = (parts: {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly acts: MachineActs;
  readonly idempotency: Idempotency;
  readonly machineActions: MachineActionReads;
  readonly targetsPerMutation: number;
}) => {
  const { access, acts, clock, idempotency, log, machineActions } = parts;

  const placeOf = (tenant: Tenant, action: MachineAction | null) => ({
    tenant: tenant.name,
    machineId: action?.machineId ?? null,
    machine: null,
  });

  /** The result of an action that is not to be sent a cancellation; null for one that is. */
  const withoutSending = (
    caller: Caller,
    tenant: Tenant,
    id: string,
    found: MachineAction | Error | undefined,
  ): MachineActionResult | null => {
    if (found === undefined) {
      const unknown = new NotFoundError(`There is no action ${id} in ${tenant.name}`, { tenant: tenant.name });
      return failed(placeOf(tenant, null), unknown, log);
    }
    if (found instanceof Error) return failed(placeOf(tenant, null), asGatewayError(found), log);
    const place = placeOf(tenant, found);
    const permission = permissionOfType[found.type];
    if (permission !== null && !caller.permissions.has(permission)) {
      const needed = `To cancel this action the permission "${permission}" is needed too`;
      return failed(place, new AccessError('FORBIDDEN', needed), log);
    }
    if (found.status === 'CANCELLED') return done(place, found);
    return isFinal(found) ? failed(place, ended(found), log, found) : null;
  };

  const readAgain = async (tenant: Tenant, action: MachineAction, scope: CallScope): Promise<MachineAction> => {
    try {
      const now = (await machineActions.byIds(tenant, [action.actionId], lookScope(scope, clock))).get(action.actionId);
      return now === undefined || now instanceof Error ? action : now;
    } catch (err) {
      log.warn('A cancelled action could not be read again', { tenant: tenant.name, err });
      return action;
    }
  };

  const cancel = async (
    tenant: Tenant,
    action: MachineAction,
    comment: string,
    scope: CallScope,
  ): Promise<MachineActionResult> => {
    const place = placeOf(tenant, action);
    try {
      const cancelled = await acts.cancel(tenant, action.actionId, { comment }, scope);
      return done(place, cancelled ?? (await readAgain(tenant, action, scope)));
    } catch (thrown) {
      const error = asGatewayError(thrown);
      const unanswered = error instanceof UnansweredActError;
      // It may be done though nobody said so, or refused because the action ended in between.
      const now = unanswered || error.details.upstreamStatus === 400 ? await readAgain(tenant, action, scope) : action;
      if (now.status === 'CANCELLED') return done(place, now);
      if (isFinal(now)) return failed(place, ended(now), log, now);
      return failed(place, unanswered ? unknownOutcome(error) : error, log, now);
    }
  };

  return async (
    caller: Caller,
    input: CancelMachineActionsInput,
    scope: CallScope,
  ): Promise<Payload<MachineActionResult>> => {
    access.require(caller, row.permission);
    const tenant = access.tenant(caller, input.tenant);
    const ids = checkTargets('actionIds', input.actionIds, parts.targetsPerMutation).map(canonical);
    const comment = checkComment(input.comment);
    const key = checkIdempotencyKey(input.idempotencyKey);
    const distinct = [...new Set(ids)];

    const cancelAll = async (dryRun: boolean): Promise<readonly MachineActionResult[]> => {
      const found = await machineActions.byIds(tenant, distinct, scope);
      const committed = committedScope(scope, clock);
      const results = await actOnEach(distinct, async (id) => {
        const action = found.get(id);
        const settled = withoutSending(caller, tenant, id, action);
        if (settled !== null || action === undefined || action instanceof Error) return settled;
        return dryRun ? done(placeOf(tenant, action), action) : cancel(tenant, action, comment, committed);
      });
      const byId = new Map(distinct.map((id, index) => [id, results[index]]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    };

    if (input.dryRun === true) return payloadOf(input, await cancelAll(true));
    const results = await idempotency.once(
      {
        caller,
        mutation: row.mutation,
        key,
        input: [tenant.name, ids, comment],
        // Asking once more to cancel does no harm, so what failed may be asked again under the same key.
        work: async () => {
          const result = await cancelAll(false);
          return { result, remember: result.some(({ error }) => error === null) };
        },
      },
      scope,
    );
    return payloadOf(input, results);
  };
};

const ended = ({ status, tenant }: MachineAction): GatewayError =>
  new GatewayError('CONFLICT', `The action has ended already (${status})`, { tenant });

const unknownOutcome = (error: GatewayError): GatewayError =>
  new GatewayError(
    error.code,
    `${error.message}. It may or may not have been cancelled, and was not asked again: look at the action`,
    error.details,
    error,
  );
