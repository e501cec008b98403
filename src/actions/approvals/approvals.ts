import { randomUUID } from 'node:crypto';
import type { AccessOf } from '../../access/access.ts';
import { type Caller, callerWith } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { AccessError, GatewayError, InputError, NotFoundError } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import type { Approved } from '../acting.ts';
import type { AuditTrail } from '../audit-trail.ts';
import { checkComment, checkKeys, checkWaitSeconds } from '../check-input.ts';
import type { Idempotency } from '../once/idempotency.ts';
import {
  type Act,
  type ActChanges,
  type ActRow,
  type PerformApproved,
  performApproved,
  readAct,
  targetsOf,
} from './act.ts';
import type { ApprovalPayload, ApproveActionInput, RejectActionInput, RequestApprovalInput } from './inputs.ts';
import type { ApprovalMemory } from './memory.ts';
import { needOf } from './need.ts';
import {
  type Approval,
  type ApprovalRequest,
  type ApprovalState,
  grantsOfRequester,
  personOf,
  requesterOf,
} from './record.ts';

export interface ApprovalsParts {
  readonly accessOf: AccessOf;
  readonly performAct: PerformApproved;
  readonly memory: ApprovalMemory;
  readonly idempotency: Idempotency;
  readonly auditTrail: AuditTrail;
  readonly clock: Clock;
}

/** What an approval is written to the audit as. */
type Step = 'requestApproval' | 'approveAction' | 'rejectAction';

/** Acts that a second person agrees to before they are performed. */
export interface Approvals {
  /**
   * Asks for it. The act is tried dry, so that what cannot be approved is refused now. Throws what the mutation itself would
   * throw, and the first target's error when no target can be approved.
   */
  request(caller: Caller, input: RequestApprovalInput, scope: CallScope): Promise<ApprovalPayload>;
  /**
   * Agrees, and performs the act at once, in the requester's name and with their rights at the time of asking. Asked again
   * by the same approver it answers with what became of it, and performs what an interruption left.
   */
  approve(caller: Caller, input: ApproveActionInput, scope: CallScope): Promise<ApprovalPayload>;
  /** Declines; the requester may take their request back by it. */
  reject(caller: Caller, input: RejectActionInput, scope: CallScope): Promise<ApprovalPayload>;
  /** Those that the caller asked for or may decide, in these tenants; newest first. */
  list(
    caller: Caller,
    tenants: readonly Tenant[],
    states?: readonly ApprovalState[] | null | undefined,
  ): Promise<readonly Approval[]>;
  /** Throws `NOT_FOUND` for one that the caller neither asked for nor may decide. */
  find(caller: Caller, approvalId: string): Promise<Approval>;
}

const tenantOf = ({ act }: { readonly act: Act }): string => act.input.tenant;

const unknown = (approvalId: string): NotFoundError => new NotFoundError(`There is no approval ${approvalId}`);

export const createApprovals = (parts: ApprovalsParts): Approvals => {
  const { accessOf, performAct, memory, idempotency, auditTrail, clock } = parts;

  /** One line before it and one after, as every act has. */
  const recorded = async <T>(
    caller: Caller,
    step: Step,
    request: ApprovalRequest,
    comment: string | null,
    scope: CallScope,
    work: () => Promise<T>,
  ): Promise<T> => {
    const { approvalId, act, guardrails } = request;
    const { name, input } = act;
    const audited = { caller, approved: null, mutation: step, tenant: input.tenant };
    const [line] = await auditTrail.begin(
      { ...audited, input: { comment, mutation: name, asked: input, guardrails } },
      [approvalId],
      (target) => ({ target, refusal: null, subject: null }),
      scope,
    );
    try {
      const done = await work();
      await line?.act.end({ outcome: 'DONE' });
      return done;
    } catch (thrown) {
      await line?.act.end({
        outcome: 'FAILED',
        error: thrown instanceof GatewayError ? thrown : null,
      });
      throw thrown;
    }
  };

  const mayDecide = (caller: Caller, tenant: Tenant): boolean => accessOf(caller).holds('action:approve', tenant);

  const tenantSeen = (caller: Caller, name: string): Tenant | undefined =>
    accessOf(caller).findTenant(name) ?? undefined;

  /** The approval with its tenant, for those who may know of it. */
  const seen = async (caller: Caller, approvalId: string): Promise<{ approval: Approval; tenant: Tenant }> => {
    const approval = await memory.find(approvalId);
    const tenant = approval && tenantSeen(caller, tenantOf(approval));
    if (approval === undefined || tenant === undefined) throw unknown(approvalId);
    if (approval.requester.id !== caller.id && !mayDecide(caller, tenant)) throw unknown(approvalId);
    return { approval, tenant };
  };

  /** Throws unless this caller's word counts. */
  const checkApprover = (caller: Caller, tenant: Tenant, { requester, approverRoles }: Approval): void => {
    if (caller.id === requester.id) throw new AccessError('FORBIDDEN', 'Who asks for an approval cannot give it');
    if (caller.kind === 'anonymous') throw new AccessError('FORBIDDEN', 'An anonymous caller cannot approve');
    const access = accessOf(caller);
    access.require('action:approve', tenant);
    // A role that is limited to machines counts here when it may cover one; the guardrails ask it of each machine.
    const roles = access.rolesInPart(tenant);
    const lacking = approverRoles.find((group) => !group.some((role) => roles.includes(role)));
    if (lacking === undefined) return;
    throw new AccessError('FORBIDDEN', `To approve this one of these roles is needed: ${lacking.join(', ')}`);
  };

  const decidedOtherwise = ({ state, decision }: Approval): GatewayError => {
    const what =
      state === 'EXPIRED' ? 'has expired' : `was ${state.toLowerCase()} by ${decision?.by.name ?? 'another'}`;
    return new GatewayError('CONFLICT', `This approval ${what}`);
  };

  const again = async (approvalId: string): Promise<Approval> => {
    const approval = await memory.find(approvalId);
    if (approval === undefined) throw unknown(approvalId);
    return approval;
  };

  /** Performs what was approved, or tries it. Repeats do nothing more: the approval's id is the key. */
  const perform = (
    { approvalId, act, requester }: Approval,
    approved: Approved,
    changes: Pick<ActChanges, 'dryRun' | 'waitSeconds'>,
    scope: CallScope,
  ): Promise<readonly ActRow[]> => {
    const caller = callerWith(personOf(requester), grantsOfRequester(requester));
    const acting = { caller, access: accessOf(caller), approved };
    return performApproved(performAct, acting, act, { ...changes, idempotencyKey: `approval:${approvalId}` }, scope);
  };

  /** Throws `FORBIDDEN` before the decision when the approver's roles do not cover a target: another's word would be lost. */
  const requireCoverage = async (approval: Approval, tenant: Tenant, approved: Approved, scope: CallScope) => {
    const everywhere = approved.access.rolesIn(tenant, []);
    if (approval.approverRoles.every((group) => group.some((role) => everywhere.includes(role)))) return;
    const tried = await perform(approval, approved, { dryRun: true }, scope);
    const uncovered = tried.flatMap(({ target, error }) => (error?.approval ? [target] : []));
    if (uncovered.length === 0) return;
    throw new AccessError('FORBIDDEN', `The roles that may approve this do not cover ${uncovered.join(', ')}`);
  };

  return {
    request: async (caller, input, scope) => {
      const act = readAct(input.act);
      const key = checkKeys(input);
      const tenant = accessOf(caller).tenant(act.input.tenant);
      const tried = await performApproved(
        performAct,
        { caller, access: accessOf(caller), approved: null },
        act,
        { dryRun: true },
        scope,
      );
      // A second person agrees to what they see: machines that are found anew when it is performed may be others.
      if (targetsOf(act).length === 0)
        throw new InputError('An approval is for machines that are named: give machineIds', { field: 'machineIds' });
      const { standsMs, results, guardrails, approverRoles } = needOf(tried, input.validMinutes ?? null);
      const clientMutationId = input.clientMutationId ?? null;
      if (input.dryRun === true) return { clientMutationId, approval: null, results };
      const approvalId = await idempotency.once(
        {
          caller,
          mutation: 'requestApproval',
          key,
          input: [tenant.name, act],
          work: async () => {
            const now = clock.now();
            const request: ApprovalRequest = {
              approvalId: randomUUID(),
              act,
              targets: targetsOf(act),
              requester: requesterOf(caller),
              guardrails,
              approverRoles,
              requestedAt: now,
              expiresAt: now + standsMs,
            };
            await recorded(caller, 'requestApproval', request, null, scope, () => memory.add(request));
            return { result: request.approvalId, progress: 'ENDED' };
          },
        },
        scope,
      );
      return { clientMutationId, approval: await again(approvalId), results };
    },

    approve: async (caller, input, scope) => {
      const { approval, tenant } = await seen(caller, input.approvalId);
      checkApprover(caller, tenant, approval);
      const comment = input.comment == null ? null : checkComment(input.comment);
      const waitSeconds = checkWaitSeconds(input.waitSeconds ?? 0);
      const { approvalId, state } = approval;
      const isOwn = state === 'APPROVED' && approval.decision?.by.id === caller.id;
      if (state !== 'PENDING' && !isOwn) throw decidedOtherwise(approval);
      const by = personOf(caller);
      const approved = { approvalId, by, access: accessOf(caller) };
      const clientMutationId = input.clientMutationId ?? null;
      if (input.dryRun === true) {
        return { clientMutationId, approval, results: await perform(approval, approved, { dryRun: true }, scope) };
      }
      if (state === 'PENDING') {
        await requireCoverage(approval, tenant, approved, scope);
        const decision = { state: 'APPROVED', by, at: clock.now(), comment } as const;
        await recorded(caller, 'approveAction', approval, comment, scope, async () => {
          if (!(await memory.decide(approvalId, decision))) throw decidedOtherwise(await again(approvalId));
        });
      }
      const results = await perform(approval, approved, { dryRun: false, waitSeconds }, scope);
      await memory.keepResults(approvalId, results);
      return { clientMutationId, approval: await again(approvalId), results };
    },

    reject: async (caller, input, scope) => {
      const { approval, tenant } = await seen(caller, input.approvalId);
      if (caller.id !== approval.requester.id) checkApprover(caller, tenant, { ...approval, approverRoles: [] });
      const comment = input.comment == null ? null : checkComment(input.comment);
      const { approvalId } = approval;
      if (approval.state !== 'PENDING') throw decidedOtherwise(approval);
      const decision = { state: 'REJECTED', by: personOf(caller), at: clock.now(), comment } as const;
      await recorded(caller, 'rejectAction', approval, comment, scope, async () => {
        if (!(await memory.decide(approvalId, decision))) throw decidedOtherwise(await again(approvalId));
      });
      return { clientMutationId: input.clientMutationId ?? null, approval: await again(approvalId), results: [] };
    },

    list: async (caller, tenants, states) => {
      const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
      return (await memory.all()).filter((approval) => {
        const tenant = byName.get(tenantOf(approval));
        if (states != null && !states.includes(approval.state)) return false;
        return tenant !== undefined && (approval.requester.id === caller.id || mayDecide(caller, tenant));
      });
    },

    find: async (caller, approvalId) => (await seen(caller, approvalId)).approval,
  };
};
