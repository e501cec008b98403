import type { Access, AccessOf } from '../../access/access.ts';
import type { MachinePermission } from '../../access/roles.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import { AccessError, asGatewayError, NotFoundError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { actOnEach } from '../../routing/act-on-each.ts';
import type { MachineActs } from '../../routing/acts.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';
import { type Acting, keyOwnerOf } from '../acting.ts';
import type { AuditTrail } from '../audit-trail.ts';
import { catalogue, permissionOfType } from '../catalogue.ts';
import { checkComment, checkKeys, checkTargets } from '../check-input.ts';
import { committedScope } from '../committed-scope.ts';
import type { Guardrails, Refusal } from '../guardrails/guardrails.ts';
import type { CancelMachineActionsInput } from '../inputs.ts';
import { type CorrelationTag, randomTag } from '../once/correlation.ts';
import type { Idempotency, Worked } from '../once/idempotency.ts';
import { progressOf, type WithOutcome } from '../outcome.ts';
import type { MachineActionResult, Payload } from '../payloads.ts';
import { done, failed, payloadOf } from '../results.ts';
import { createCancelOne, endedAlready, placeOf } from './cancel-one.ts';
import { canonical, readTargets, seenBy, type Target } from './targets.ts';

const row = catalogue.cancel;

/**
 * Cancels actions that have not ended. One that is cancelled already is answered as it is. Calls: 1 to read all of them, 1 to
 * cancel each, 1 for 50 machines when a guardrail asks about them or the caller sees only some.
 */
export const createCancel = (parts: {
  readonly accessOf: AccessOf;
  readonly clock: Clock;
  readonly log: Log;
  readonly acts: MachineActs;
  readonly idempotency: Idempotency;
  readonly machineActions: MachineActionReads;
  readonly machines: MachineReads;
  readonly guardrails: Guardrails;
  readonly auditTrail: AuditTrail;
  readonly targetsPerMutation: number;
}) => {
  const { accessOf, clock, guardrails, idempotency, log, machineActions, machines, auditTrail } = parts;
  const cancelOne = createCancelOne(parts);

  const unknown = (tenant: Tenant, id: string): Settled => ({
    settled: failed(
      placeOf(tenant, null),
      new NotFoundError(`There is no action ${id} in ${tenant.name}`, { tenant: tenant.name }),
      log,
    ),
  });

  /** The action when it is to be sent a cancellation; else its result. */
  const judge = (
    access: Access,
    tenant: Tenant,
    id: string,
    found: MachineAction | Error | undefined,
    machine: Target | undefined,
  ): Judged => {
    if (found === undefined) return unknown(tenant, id);
    if (found instanceof Error) return { settled: failed(placeOf(tenant, null), asGatewayError(found), log) };
    // A machine that callers do not see has no actions for them.
    if (machine?.error?.code === 'NOT_FOUND' && access.machineVisibility(row.permission, tenant) !== null)
      return unknown(tenant, id);
    const place = placeOf(tenant, found);
    const permission = permissionOfType[found.type];
    if (permission !== null && !mayCancel(access, permission, tenant, machine)) {
      // What cannot be judged is refused for what it is: the machine could not be read.
      const unread = machine !== undefined && machine.error !== null && access.mayInPart(permission, tenant);
      const needed = `To cancel this action the permission "${permission}" is needed too, for its machine`;
      return { settled: failed(place, unread ? machine.error : new AccessError('FORBIDDEN', needed), log) };
    }
    if (found.status === 'CANCELLED') return { settled: done(place, found) };
    if (isFinal(found)) return { settled: failed(place, endedAlready(found), log, found) };
    if (machine !== undefined && machine.error !== null) return { settled: failed(place, machine.error, log, found) };
    return { settled: null, action: found, machine: machine ?? null };
  };

  return async (
    acting: Acting,
    input: CancelMachineActionsInput,
    scope: CallScope,
  ): Promise<Payload<MachineActionResult>> => {
    const { caller } = acting;
    const access = accessOf(caller);
    const tenant = access.tenantFor(input.tenant, row.permission);
    const ids = checkTargets('actionIds', input.actionIds, parts.targetsPerMutation).map(canonical);
    const comment = checkComment(input.comment);
    const key = checkKeys(input);
    const distinct = [...new Set(ids)];
    const visibility = access.machineVisibility(row.permission, tenant);
    const guard = guardrails({ ...acting, action: row.name, tenant, targets: distinct.length, comment });

    /** What is to be done, in the order of `distinct`. */
    const plan = async (): Promise<readonly Plan[]> => {
      const found = await machineActions.byIds(tenant, distinct, scope);
      const actions = [...found.values()].flatMap((action) => (action instanceof Error ? [] : [action.machineId]));
      const targets =
        guard.needsMachines ||
        visibility !== null ||
        [...found.values()].some((action) => isLimited(access, tenant, action))
          ? seenBy(visibility, tenant, await readTargets(machines, tenant, actions, scope))
          : new Map<string, Target>();
      return distinct.map((id): Plan => {
        const action = found.get(id);
        const machine =
          action === undefined || action instanceof Error ? undefined : targets.get(canonical(action.machineId));
        const judged = judge(access, tenant, id, action, machine);
        if (judged.settled !== null) return { id, ...judged };
        const refusal = guard.refusal(judged.machine?.machine ?? null);
        // Each run has its own, with or without a key: by it the audit tells which of them it was that cancelled.
        return { id, ...judged, refusal, tag: randomTag() };
      });
    };
    const inOrder = (results: ReadonlyMap<string, MachineActionResult>): readonly MachineActionResult[] =>
      ids.flatMap((id) => results.get(id) ?? []);
    const refused = (action: MachineAction, { error }: Refusal): MachineActionResult =>
      failed(placeOf(tenant, action), error, log, action);

    if (input.dryRun === true) {
      const shown = (await plan()).map((each) => {
        if (each.settled !== null) return [each.id, each.settled] as const;
        const { action, refusal } = each;
        return [each.id, refusal === null ? done(placeOf(tenant, action), action) : refused(action, refusal)] as const;
      });
      return payloadOf(input, inOrder(new Map(shown)));
    }

    const work = async (): Promise<Worked<readonly MachineActionResult[]>> => {
      const plans = await plan();
      const settled = plans.flatMap((each) => (each.settled === null ? [] : [withOutcomeOf(each)]));
      const recorded = await auditTrail.begin(
        { ...acting, mutation: row.mutation, tenant: tenant.name, input: { comment } },
        plans.flatMap((each) => (each.settled === null ? [each] : [])),
        ({ action: { actionId }, refusal, tag }) => ({
          target: actionId,
          refusal,
          subject: { kind: 'cancellation', actionId, mark: tag.text },
        }),
        scope,
      );
      const committed = committedScope(scope, clock);
      const cancelled = await actOnEach(recorded, async ({ item, act }): Promise<WithOutcome<Row>> => {
        const { id, action, refusal, tag } = item;
        if (refusal !== null) return { result: [id, refused(action, refusal)], outcome: 'NOT_BEGUN' };
        const { result, outcome } = await cancelOne(
          tenant,
          action,
          { comment, tag, renew: act.renew },
          act.scope(committed),
        );
        const ended = result.error === null ? 'DONE' : outcome === 'UNKNOWN' ? 'UNKNOWN' : 'FAILED';
        await act.end({ outcome: ended, error: result.error, actionId: action.actionId });
        return { result: [id, result], outcome };
      });
      const withOutcome = [...settled, ...cancelled];
      return {
        result: inOrder(new Map(withOutcome.map(({ result }) => result))),
        progress: progressOf(withOutcome.map(({ outcome }) => outcome)),
      };
    };
    // Asking once more to cancel does no harm, so a run that was interrupted is simply run again.
    const results = await idempotency.once(
      { ...keyOwnerOf(acting), mutation: row.mutation, key, input: [tenant.name, ids, comment], work },
      scope,
    );
    return payloadOf(input, results);
  };
};

/** Whether the caller may start such an action on some machines alone. */
const isLimited = (access: Access, tenant: Tenant, action: MachineAction | Error): boolean => {
  const permission = action instanceof Error ? null : permissionOfType[action.type];
  return (
    permission !== null && access.mayInPart(permission, tenant) && access.machineVisibility(permission, tenant) !== null
  );
};

/** Whether the caller may start such an action on that machine. */
const mayCancel = (
  access: Access,
  permission: MachinePermission,
  tenant: Tenant,
  target: Target | undefined,
): boolean => {
  const covers = access.machineVisibility(permission, tenant);
  return covers === null || (target?.machine != null && covers(target.machine));
};

/** A result by the id of its action. */
type Row = readonly [string, MachineActionResult];

interface Settled {
  readonly settled: MachineActionResult;
}

/** An action that needs nothing more, or one to be cancelled. */
type Judged = Settled | { readonly settled: null; readonly action: MachineAction; readonly machine: Target | null };

/** The same with what the guardrails say. */
type Plan = { readonly id: string } & (
  | Settled
  | (Exclude<Judged, Settled> & { readonly refusal: Refusal | null; readonly tag: CorrelationTag })
);

const withOutcomeOf = ({ id, settled }: Settled & { readonly id: string }): WithOutcome<Row> => ({
  result: [id, settled],
  outcome: settled.error === null ? 'BEGUN' : 'NOT_BEGUN',
});
