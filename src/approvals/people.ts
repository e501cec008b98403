import type { Caller } from '../access/caller.ts';
import { maybeSamePerson, personOf } from '../access/person.ts';
import { isReadAnew } from '../access/rights.ts';
import type { Tenant } from '../config/tenants.ts';
import { AccessError, GatewayError, NotFoundError } from '../errors.ts';
import type { ActionRow } from './action.ts';
import type { ApprovalsParts } from './parts.ts';
import type { ApprovalRequest } from './record.ts';

/** Throws `APPROVAL_NOT_POSSIBLE` where an approved action would run with the approver's own token at Microsoft. */
export const checkTenant = ({ auth, name }: Tenant): void => {
  if (auth.kind !== 'onBehalfOf') return;
  throw new GatewayError(
    'APPROVAL_NOT_POSSIBLE',
    `${name} is used on behalf of its callers (auth.onBehalfOf): an approved action would run with the approver's token under another's name, so nobody can be asked there`,
    { tenant: name },
  );
};

const noPerson: Readonly<Record<Caller['kind'], string>> = {
  user: 'The token does not say which person you are (oid)',
  app: 'An app is no person: approve as a user, or with an API key that has an owner',
  apiKey: 'This API key is nobody in particular: give it an owner (access.apiKeys[].owner), or approve as a user',
  anonymous: 'An anonymous caller cannot approve',
};

const notPermitted = (name: string, why: string): GatewayError =>
  new GatewayError('REQUESTER_NOT_PERMITTED', `The requester "${name}" may not ask for this any more: ${why}`);

/** Whether the name of the tenant is of the same one as when it was asked for. */
export const isSameTenant = (
  { tenantId }: Pick<ApprovalRequest, 'tenantId'>,
  tenant: Pick<Tenant, 'tenantId'>,
): boolean => tenantId === undefined || tenant.tenantId === tenantId;

/** Throws `CONFLICT` when a name leads to another machine than when it was asked for: nobody has agreed to that one. */
export const checkSameMachines = (
  { approvalId, machineIds = [] }: Pick<ApprovalRequest, 'approvalId' | 'machineIds'>,
  rows: readonly ActionRow[],
): void => {
  const moved = rows.filter(({ machineId = null }, index) => {
    const before = machineIds[index] ?? null;
    return before !== null && machineId !== null && machineId !== before;
  });
  if (moved.length === 0) return;
  throw new GatewayError(
    'CONFLICT',
    `The approval ${approvalId} was asked for when other machines had these names: ${moved.map(({ target }) => target).join(', ')}. Nothing is sent by it: ask for a new one, best by machine id`,
    { sent: 'no' },
  );
};

/** The machines that a request was asked for, by their names; null: an earlier version did not keep them. */
export const agreedMachines = ({
  targets,
  machineIds,
}: Pick<ApprovalRequest, 'targets' | 'machineIds'>): ReadonlyMap<string, string> | null =>
  machineIds === undefined
    ? null
    : new Map(
        targets.flatMap((name, index) => {
          const id = machineIds[index] ?? null;
          return id === null ? [] : [[name, id] as const];
        }),
      );

/** Throws `CONFLICT` when the name of the tenant is another tenant's than when it was asked for. */
export const checkSameTenant = (
  request: Pick<ApprovalRequest, 'approvalId' | 'tenantId'>,
  tenant: Pick<Tenant, 'name' | 'tenantId'>,
): void => {
  if (isSameTenant(request, tenant)) return;
  throw new GatewayError(
    'CONFLICT',
    `The approval ${request.approvalId} was asked for when another tenant had this name: nothing is sent by it, ask for a new one`,
    { sent: 'no', tenant: tenant.name },
  );
};

/** Who may ask, and who may agree: two people, each with the rights of now. */
export const createPeople = ({ accessOf, actions, rights, limits, clock }: ApprovalsParts) => {
  const checkDecider = (caller: Caller, tenant: Tenant): void => {
    if (caller.kind === 'anonymous') throw new AccessError('FORBIDDEN', noPerson.anonymous);
    accessOf(caller).require('action:approve', tenant);
  };
  return {
    /** Throws `FORBIDDEN` unless the caller may decide here: a person is not needed to decline. */
    checkDecider,
    /** Throws `FORBIDDEN` unless the caller is a person, surely not the one who asked, with a role that the guardrails name. */
    checkApprover: (caller: Caller, tenant: Tenant, { requester, approverRoles }: ApprovalRequest): void => {
      const one = personOf(caller);
      const today = rights.today(requester);
      // Whom the requester's key belongs to may have been said or changed since.
      const others = [requester, ...('caller' in today ? [today.caller] : [])].map(personOf);
      if (caller.id === requester.id) throw new AccessError('FORBIDDEN', 'Who asks for an approval cannot give it');
      checkDecider(caller, tenant);
      if (one === null) throw new AccessError('FORBIDDEN', noPerson[caller.kind]);
      if (others.some((other) => other !== null && maybeSamePerson(one, other))) {
        throw new AccessError(
          'FORBIDDEN',
          'Who asks for an approval cannot give it: you are the person who asked, or nothing tells that you are another',
        );
      }
      // A role that is limited to machines counts here when it may cover one; the guardrails ask it of each machine.
      const roles = accessOf(caller).rolesInPart(tenant);
      const lacking = approverRoles.find((group) => !group.some((role) => roles.includes(role)));
      if (lacking === undefined) return;
      throw new AccessError('FORBIDDEN', `To approve this one of these roles is needed: ${lacking.join(', ')}`);
    },
    /** The requester with the rights of now. Throws `REQUESTER_NOT_PERMITTED` when they could not ask for it any more. */
    requesterToday: ({ requester, requestedAt, action }: ApprovalRequest, tenant: string): Caller => {
      const { name } = requester;
      const today = rights.today(requester);
      if ('gone' in today) throw notPermitted(name, today.gone);
      const ageMs = clock.now() - requestedAt;
      if (!isReadAnew(requester) && ageMs >= limits.tokenRightsMinutes * 60_000) {
        throw notPermitted(
          name,
          `their rights are those of ${Math.floor(ageMs / 60_000)} minutes ago, and good for ${limits.tokenRightsMinutes} (approvals.tokenRightsMinutes)`,
        );
      }
      try {
        accessOf(today.caller).tenantFor(tenant, actions.permissionOf(action));
      } catch (error) {
        if (!(error instanceof AccessError || error instanceof NotFoundError)) throw error;
        throw notPermitted(name, error.message);
      }
      return today.caller;
    },
  };
};
