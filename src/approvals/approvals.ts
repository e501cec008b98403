import { randomUUID } from 'node:crypto';
import type { Access, Asking } from '../access/access.ts';
import type { Acting, Approved } from '../access/acting.ts';
import { isReadAnew } from '../access/rights.ts';
import { checkKeys, checkWaitSeconds, commentIn } from '../actions/check-input.ts';
import type { Tenant } from '../config/tenants.ts';
import { notEmpty } from '../domain/filter-faults.ts';
import { checkedId } from '../domain/id-forms.ts';
import { AccessError, beforeSending, InputError } from '../errors.ts';
import type { ApproveActionInput, RejectActionInput, RequestApprovalInput } from '../generated/inputs.ts';
import type { CallScope } from '../scope.ts';
import { type ActionRow, tenantOf } from './action.ts';
import { type ApprovalPayload, decidedOtherwise, payloadOf, unknown } from './answers.ts';
import { type AuditedStep, createRecorded } from './audited-steps.ts';
import { listOfCallerIn, listOfTenant } from './index-entry.ts';
import { checkSize } from './limits.ts';
import { needOf } from './need.ts';
import type { ApprovalPage, PageQuestion } from './pages.ts';
import type { ApprovalsParts } from './parts.ts';
import {
  agreedMachines,
  checkSameMachines,
  checkSameTenant,
  checkTenant,
  createPeople,
  isSameTenant,
} from './people.ts';
import { createPerformApproved, isOver, rowsWhenOver } from './perform.ts';
import { type Approval, type ApprovalRequest, deciderOf, pendingOf, requesterOf } from './record.ts';

/** Actions that a second person agrees to before they are performed. */
export const createApprovals = (parts: ApprovalsParts) => {
  const { accessOf, actions, memory, idempotency, limits, clock, log } = parts;
  const people = createPeople(parts);
  const recorded = createRecorded(parts.records);
  const perform = createPerformApproved(parts);

  const again = async (approvalId: string): Promise<Approval> => {
    const approval = await memory.find(approvalId);
    if (approval === undefined) throw unknown(approvalId);
    return approval;
  };

  /** As it is after a step; where that cannot be read, as it is by what is known: the step stands, and the caller must hear of it. */
  const after = (known: Approval): Promise<Approval> =>
    again(known.approvalId).catch((err: unknown) => {
      log.warn('An approval could not be read again', { approvalId: known.approvalId, err });
      return known;
    });

  /** The approval with its tenant, for those who may know of it. */
  const seen = async (access: Access, approvalId: string): Promise<{ approval: Approval; tenant: Tenant }> => {
    const approval = await again(approvalId);
    const tenant = access.findTenant(tenantOf(approval.action));
    const isOwn = approval.requester.id === access.caller.id;
    if (tenant == null || !(isOwn || access.holds('action:approve', tenant))) throw unknown(approvalId);
    return { approval, tenant };
  };

  /** The same by an input; `BAD_USER_INPUT` for what can be no approval's id. */
  const named = (access: Access, { approvalId }: { readonly approvalId: string }) =>
    seen(access, checkedId('approval', approvalId));

  /** Of several decisions at once one is made, and none after the approval's end. */
  const decide = (
    step: AuditedStep,
    approval: Approval,
    state: 'APPROVED' | 'REJECTED',
    scope: CallScope,
  ): Promise<Approval> =>
    recorded(step, scope, async () => {
      const { approvalId, expiresAt } = approval;
      const at = clock.now();
      if (at >= expiresAt) throw decidedOtherwise({ state: 'EXPIRED', decision: null });
      const decision = { state, by: deciderOf(step.caller), at, comment: step.comment };
      if (!(await memory.decide(approval, decision))) throw decidedOtherwise(await again(approvalId));
      return { ...approval, state, decision };
    });

  /** The requester, with the rights and the tenants of now, by which all that is done goes. */
  const actingNow = (
    request: ApprovalRequest,
    { name }: Tenant,
    approved: Approved,
  ): Acting & { approved: Approved } => {
    const caller = people.requesterToday(request, name);
    const access = accessOf(caller);
    checkSameTenant(request, access.tenantFor(name, actions.permissionOf(request.action)));
    return { caller, access, approved };
  };

  /** What stands in the way of an approval is told to the audit as well. */
  const toldToAudit = async <T>(step: AuditedStep, scope: CallScope, check: () => T): Promise<T> => {
    try {
      return check();
    } catch (refusal) {
      return recorded(step, scope, () => Promise.reject(refusal));
    }
  };

  /**
   * Throws `FORBIDDEN` before the decision when the approver's word does not do for a target, by the guardrails of now and by what
   * their roles cover: another's consent would be lost.
   */
  const requireCoverage = (tried: readonly ActionRow[]): void => {
    const uncovered = tried.flatMap(({ target, error }) => (error?.approval ? [target] : []));
    if (uncovered.length === 0) return;
    throw new AccessError('FORBIDDEN', `The roles that may approve this do not cover ${uncovered.join(', ')}`);
  };

  return {
    /**
     * Asks for it. The action is tried dry, so that what cannot be approved, or needs no approval, is refused now. Throws what the
     * mutation itself would throw, the first target's error when no target can be approved, `APPROVAL_NOT_NEEDED`,
     * `APPROVAL_NOT_POSSIBLE`, and `RATE_LIMITED` when too many requests wait.
     */
    request: async ({ access, scope }: Asking, input: RequestApprovalInput): Promise<ApprovalPayload> => {
      const { caller } = access;
      const action = actions.read(input.action);
      checkSize(action, limits);
      const key = checkKeys(input);
      const tenant = access.tenantFor(tenantOf(action), actions.permissionOf(action));
      checkTenant(tenant);
      const { tenantId } = tenant;
      const targets = actions.targetsOf(action);
      // A second person agrees to what they see: machines that are found anew when it is performed may be others.
      if (targets.length === 0)
        throw new InputError('An approval is for machines that are named: give machineIds', { field: 'machineIds' });
      const requester = requesterOf(caller);
      const askedFor = {
        mutation: action.name,
        askedMinutes: input.validMinutes ?? null,
        mostMs: isReadAnew(requester) ? Number.POSITIVE_INFINITY : limits.tokenRightsMinutes * 60_000,
      };
      const proposing = { caller, access, approved: null, isProposal: true } as const;
      const need = async () => {
        try {
          return needOf(await actions.perform(proposing, action, { dryRun: true }, scope), askedFor);
        } catch (thrown) {
          throw beforeSending(thrown);
        }
      };
      if (input.dryRun === true) return payloadOf(input, null, (await need()).results);
      let asked: Approval | null = null;
      const work = async () => {
        const { standsMs, results, ...needed } = await need();
        const now = clock.now();
        const approvalId = randomUUID();
        const times = { requestedAt: now, expiresAt: now + standsMs };
        const machineIds = results.map(({ machineId = null }) => machineId);
        const request = { approvalId, action, tenantId, targets, machineIds, requester, ...needed, ...times };
        await recorded({ caller, step: 'requestApproval', request, comment: null }, scope, () => memory.add(request));
        asked = pendingOf(request);
        return { result: { approvalId, results }, progress: 'ENDED' as const };
      };
      const use = { caller, mutation: 'requestApproval', tenantId, key, input: [tenant.name, action] };
      const { approvalId, results } = await idempotency.once({ ...use, work }, scope);
      return payloadOf(input, await (asked === null ? again(approvalId) : after(asked)), results);
    },

    /**
     * Agrees, and performs the action at once, in the requester's name and with the rights that they have now; throws
     * `REQUESTER_NOT_PERMITTED` when they have them no more, `CONFLICT` when another tenant or machine has a name by now. Asked again by the same approver it answers with what became of it,
     * and tries what surely was not begun, until the approval ends.
     */
    approve: async ({ access, scope }: Asking, input: ApproveActionInput): Promise<ApprovalPayload> => {
      const { caller } = access;
      const { approval, tenant } = await named(access, input);
      people.checkApprover(caller, tenant, approval);
      const comment = commentIn(input);
      const waitSeconds = checkWaitSeconds(input.waitSeconds ?? 0);
      const { approvalId, state, decision, expiresAt, action } = approval;
      const isOwn = state === 'APPROVED' && decision?.by.id === caller.id;
      if (state !== 'PENDING' && !isOwn) throw decidedOtherwise(approval);
      if (isOwn && isOver(approval, clock.now())) return payloadOf(input, approval, rowsWhenOver(approval));
      checkTenant(tenant);
      const machines = agreedMachines(approval);
      const by = deciderOf(caller);
      const approved = { approvalId, by, access, until: expiresAt, ...(machines !== null && { machines }) };
      if (input.dryRun === true) {
        const acting = actingNow(approval, tenant, approved);
        const tried = await actions.perform(acting, action, { dryRun: true }, scope);
        checkSameMachines(approval, tried);
        return payloadOf(input, approval, tried);
      }
      const step: AuditedStep = { caller, step: 'approveAction', request: approval, comment };
      const acting = await toldToAudit(step, scope, () => actingNow(approval, tenant, approved));
      // What is performed is of the machines that it was asked for: this is for who agrees.
      if (approval.performance === null) {
        const tried = await actions.perform(acting, action, { dryRun: true }, scope);
        await toldToAudit(step, scope, () => checkSameMachines(approval, tried));
        if (state === 'PENDING') requireCoverage(tried);
      }
      const decided = state === 'PENDING' ? await decide(step, approval, 'APPROVED', scope) : approval;
      const results = await perform(approval, acting, waitSeconds, scope);
      return payloadOf(input, await after(decided), results);
    },

    /** Declines; the requester may take their request back by it. */
    reject: async ({ access, scope }: Asking, input: RejectActionInput): Promise<ApprovalPayload> => {
      const { caller } = access;
      const { approval, tenant } = await named(access, input);
      if (caller.id !== approval.requester.id) people.checkDecider(caller, tenant);
      const comment = commentIn(input);
      if (approval.state !== 'PENDING') throw decidedOtherwise(approval);
      const step: AuditedStep = { caller, step: 'rejectAction', request: approval, comment };
      return payloadOf(input, await after(await decide(step, approval, 'REJECTED', scope)), []);
    },

    /** Those that the caller asked for or may decide, in these tenants; newest first. Throws `BAD_USER_INPUT` for no state at all. */
    page: async (
      { access }: Pick<Asking, 'access'>,
      tenants: readonly Tenant[],
      question: Omit<PageQuestion, 'lists'>,
    ): Promise<ApprovalPage> => {
      if (question.states !== null) notEmpty(question.states, 'state');
      const lists = tenants.map((tenant) => {
        const { name, tenantId } = tenant;
        return access.holds('action:approve', tenant)
          ? listOfTenant(name, tenantId)
          : listOfCallerIn(access.caller.id, name, tenantId);
      });
      return memory.page({ ...question, lists });
    },

    /**
     * Throws `NOT_FOUND` for one that the caller neither asked for nor may decide, as one of another tenant that had the name; `CONFLICT`
     * for one of another version.
     */
    find: async ({ access }: Pick<Asking, 'access'>, approvalId: string): Promise<Approval> => {
      const { approval, tenant } = await seen(access, approvalId);
      if (isSameTenant(approval, tenant) || approval.requester.id === access.caller.id) return approval;
      throw unknown(approvalId);
    },
  };
};

export type Approvals = ReturnType<typeof createApprovals>;
