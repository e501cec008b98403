import type { Access } from '../access/authorize.ts';
import type { Caller } from '../access/caller.ts';
import type { AuditOutcome } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { isFinal, type MachineAction } from '../domain/machine-action.ts';
import { AccessError, asGatewayError, GatewayError, NotFoundError } from '../errors.ts';
import type { Log } from '../log.ts';
import { actOnEach } from '../routing/act-on-each.ts';
import type { MachineActs } from '../routing/acts.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { MachineReads } from '../routing/machines.ts';
import { UnansweredActError } from '../routing/send-once.ts';
import type { CallScope } from '../scope.ts';
import { catalogue, permissionOfType } from './catalogue.ts';
import { checkComment, checkIdempotencyKey, checkTargets } from './check-input.ts';
import { committedScope, lookScope } from './committed-scope.ts';
import type { Guard, Guardrails, Refusal } from './guardrails/guardrails.ts';
import type { Idempotency } from './idempotency.ts';
import type { CancelMachineActionsInput } from './inputs.ts';
import type { MachineActionResult, Payload } from './payloads.ts';
import { done, failed, payloadOf } from './results.ts';
import { canonical, readTargets, type Target } from './targets.ts';
import type { Trail } from './trail.ts';

const row = catalogue.cancel;

/**
 * Cancels actions that have not ended. One that is cancelled already is answered as it is. Calls: 1 to read all of them, 1 to
 * cancel each, 1 for 50 machines when a guardrail asks about them.
 */
export const createCancel = (parts: {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly acts: MachineActs;
  readonly idempotency: Idempotency;
  readonly machineActions: MachineActionReads;
  readonly machines: MachineReads;
  readonly guardrails: Guardrails;
  readonly trail: Trail;
  readonly targetsPerMutation: number;
}) => {
  const { access, acts, clock, guardrails, idempotency, log, machineActions, machines, trail } = parts;

  const placeOf = (tenant: Tenant, action: MachineAction | null) => ({
    tenant: tenant.name,
    machineId: action?.machineId ?? null,
    machine: null,
  });

  /** The action when it is to be sent a cancellation; else its result. */
  const judge = (caller: Caller, tenant: Tenant, id: string, found: MachineAction | Error | undefined): Judged => {
    if (found === undefined) {
      const unknown = new NotFoundError(`There is no action ${id} in ${tenant.name}`, { tenant: tenant.name });
      return { settled: failed(placeOf(tenant, null), unknown, log) };
    }
    if (found instanceof Error) return { settled: failed(placeOf(tenant, null), asGatewayError(found), log) };
    const place = placeOf(tenant, found);
    const permission = permissionOfType[found.type];
    if (permission !== null && !caller.permissions.has(permission)) {
      const needed = `To cancel this action the permission "${permission}" is needed too`;
      return { settled: failed(place, new AccessError('FORBIDDEN', needed), log) };
    }
    if (found.status === 'CANCELLED') return { settled: done(place, found) };
    return isFinal(found) ? { settled: failed(place, ended(found), log, found) } : { settled: null, action: found };
  };

  /** The machines of the actions, when a guardrail asks about them. */
  const readMachines = async (
    guard: Guard,
    tenant: Tenant,
    found: ReadonlyMap<string, MachineAction | Error>,
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Target>> => {
    const actions = [...found.values()].flatMap((action) => (action instanceof Error ? [] : [action.machineId]));
    return guard.needsMachines ? readTargets(machines, tenant, actions, scope) : new Map();
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
  ): Promise<Cancelled> => {
    const place = placeOf(tenant, action);
    try {
      const cancelled = await acts.cancel(tenant, action.actionId, { comment }, scope);
      return { result: done(place, cancelled ?? (await readAgain(tenant, action, scope))), outcome: 'DONE' };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      const unanswered = error instanceof UnansweredActError;
      // It may be done though nobody said so, or refused because the action ended in between.
      const now = unanswered || error.details.upstreamStatus === 400 ? await readAgain(tenant, action, scope) : action;
      if (now.status === 'CANCELLED') return { result: done(place, now), outcome: 'DONE' };
      if (isFinal(now)) return { result: failed(place, ended(now), log, now), outcome: 'FAILED' };
      const shown = unanswered ? unknownOutcome(error) : error;
      return { result: failed(place, shown, log, now), outcome: unanswered ? 'UNKNOWN' : 'FAILED' };
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
      const guard = guardrails({
        caller,
        action: row.name,
        tenant: tenant.name,
        targets: distinct.length,
        comment,
      });
      const targets = await readMachines(guard, tenant, found, scope);
      const committed = committedScope(scope, clock);
      const plans = distinct.map((id): Plan => {
        const judged = judge(caller, tenant, id, found.get(id));
        if (judged.settled !== null) return judged;
        const { action } = judged;
        const target = targets.get(canonical(action.machineId));
        if (target !== undefined && target.error !== null) {
          return { settled: failed(placeOf(tenant, action), target.error, log, action) };
        }
        return { settled: null, action, refusal: guard.refusal(target?.machine ?? null) };
      });
      const open = plans.flatMap((plan) => (plan.settled === null ? [plan] : []));
      const written = dryRun
        ? []
        : await trail.begin(
            { caller, mutation: row.mutation, tenant: tenant.name, input: { comment } },
            open.map(({ action, refusal }) => ({ target: action.actionId, refusal })),
            scope,
          );
      const audited = new Map(open.map((plan, index) => [plan, written[index]]));
      const results = await actOnEach(plans, async (plan) => {
        if (plan.settled !== null) return plan.settled;
        const { action, refusal } = plan;
        if (refusal !== null) return failed(placeOf(tenant, action), refusal.error, log, action);
        if (dryRun) return done(placeOf(tenant, action), action);
        const act = audited.get(plan);
        const { result, outcome } = await cancel(tenant, action, comment, act?.scope(committed) ?? committed);
        await act?.end({ outcome, error: result.error, actionId: action.actionId });
        return result;
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

interface Cancelled {
  readonly result: MachineActionResult;
  readonly outcome: AuditOutcome;
}

/** An action that needs nothing more, or one to be cancelled. */
type Judged = { readonly settled: MachineActionResult } | { readonly settled: null; readonly action: MachineAction };

/** The same with what the guardrails say. */
type Plan =
  | { readonly settled: MachineActionResult }
  | { readonly settled: null; readonly action: MachineAction; readonly refusal: Refusal | null };

const ended = ({ status, tenant }: MachineAction): GatewayError =>
  new GatewayError('CONFLICT', `The action has ended already (${status})`, { tenant });

const unknownOutcome = (error: GatewayError): GatewayError =>
  new GatewayError(
    error.code,
    `${error.message}. It may or may not have been cancelled, and was not asked again: look at the action`,
    error.details,
    error,
  );
