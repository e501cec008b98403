import type { MachinePermission } from '../../access/roles.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineActionType } from '../../domain/enums.ts';
import { formOf, hasIdForm } from '../../domain/id-forms.ts';
import type { Machine } from '../../domain/machine.ts';
import { isBeingCancelled, isFinal, type MachineAction } from '../../domain/machine-action.ts';
import { AccessError, asGatewayError, type GatewayError, InputError, isSurelyNotSent } from '../../errors.ts';
import { canonical, readTargets, type Target } from '../../routing/named-machines.ts';
import { readOne } from '../../routing/reads-by-id.ts';
import type { CallScope } from '../../scope.ts';
import { checkComment, checkTargets } from '../check-input.ts';
import { lookAgain } from '../committed-scope.ts';
import type { CancelMachineActionsInput } from '../inputs.ts';
import { type CorrelationTag, randomTag, tagged } from '../once/correlation.ts';
import { openSoFar } from '../once/open-at-first.ts';
import type { MachineActionResult } from '../payloads.ts';
import {
  type ActionKind,
  type ActionTarget,
  begun,
  type Ended,
  endedBy,
  type Sending,
  stopped,
  unanswered,
} from '../pipeline/kind.ts';
import { sendEach } from '../pipeline/send-each.ts';
import { actionResult, notThere, refusedIn } from '../results.ts';
import { type TenantMutation, tenantAction } from '../tenant-action.ts';
import { seenBy } from './machine/targets.ts';

/** Who may start an action of a type may cancel one; null: `action:cancel` is enough for a type that nobody can start here. */
const permissionOfType = {
  ISOLATE: 'machine:isolate',
  UNISOLATE: 'machine:isolate',
  RUN_ANTI_VIRUS_SCAN: 'machine:scan',
  RESTRICT_CODE_EXECUTION: 'machine:restrict',
  UNRESTRICT_CODE_EXECUTION: 'machine:restrict',
  COLLECT_INVESTIGATION_PACKAGE: 'machine:collect',
  STOP_AND_QUARANTINE_FILE: 'file:quarantine',
  LIVE_RESPONSE: 'liveresponse:run',
  OFFBOARD: 'machine:offboard',
  OTHER: null,
} as const satisfies Record<MachineActionType, MachinePermission | null>;

/** An action that is to be cancelled. */
interface CancellationTarget extends ActionTarget {
  /** Null: it was not found. */
  readonly action: MachineAction | null;
  /** Null: it was not read. */
  readonly machine: Machine | null;
  readonly machineError: GatewayError | null;
  /** Each run has its own, with or without a key: by it the audit tells which of them it was that cancelled. */
  readonly tag: CorrelationTag;
}

/** An action that ended in its own way. */
const endedAlready = ({ status, tenant }: MachineAction): GatewayError =>
  refusedIn(tenant, 'CONFLICT', `The action has ended already (${status})`);

const unknownAction = (tenant: Tenant, id: string): GatewayError =>
  notThere(tenant, `There is no action ${id} in ${tenant.name}`);

const malformed = (id: string): GatewayError =>
  new InputError(`"${id.slice(0, 80)}" is not an id of this kind: ${formOf('machineAction')}`, { field: 'actionIds' });

/** Why one that is over cannot be cancelled; null: it goes on. */
const overAlready = (action: MachineAction): GatewayError | null => {
  const { status, tenant } = action;
  if (status === 'CANCELLED') return refusedIn(tenant, 'ALREADY_IN_STATE', 'The action was cancelled already');
  return isFinal(action) ? endedAlready(action) : null;
};

/** Of an action that was cancelled, or ended otherwise. */
const finalOf = (action: MachineAction): Ended<MachineAction> | null => {
  if (action.status === 'CANCELLED') return begun(action);
  return isFinal(action) ? stopped('FAILED', endedAlready(action), action, action.actionId) : null;
};

const cancellationKind = (
  mutation: TenantMutation,
  asked: readonly string[],
  comment: string,
): ActionKind<CancellationTarget, MachineAction, MachineActionResult> => {
  const { parts, acting, tenant } = mutation;
  const { machineActions, machines } = parts.reads;
  const { access } = acting;
  const visibility = access.machineVisibility('action:cancel', tenant);

  /** Whether the caller may start such an action on some machines alone. */
  const isLimited = (action: MachineAction | Error): boolean => {
    const permission = action instanceof Error ? null : permissionOfType[action.type];
    return (
      permission !== null &&
      access.mayInPart(permission, tenant) &&
      access.machineVisibility(permission, tenant) !== null
    );
  };

  /** Whether they may start such an action on that machine. */
  const mayStart = (permission: MachinePermission, machine: Machine | null): boolean => {
    const covers = access.machineVisibility(permission, tenant);
    return covers === null || (machine !== null && covers(machine));
  };

  const readAgain = async (action: MachineAction, scope: CallScope): Promise<MachineAction> => {
    const said = 'A cancelled action could not be read again';
    const now = await lookAgain(parts, said, { tenant: tenant.name }, scope, (look) =>
      readOne(machineActions, tenant, action.actionId, look),
    );
    return now ?? action;
  };

  /** One call, and one more to look when it is not answered. Never rejects. */
  const cancelOne = async (
    action: MachineAction,
    { target: { tag }, renew, scope }: Sending<CancellationTarget>,
  ): Promise<Ended<MachineAction>> => {
    const { actionId } = action;
    try {
      await renew();
      const cancelled = await parts.actions.cancel(tenant, actionId, { comment: tagged(comment, tag) }, scope);
      const now = cancelled ?? (await readAgain(action, scope));
      // It may have ended in its own way while it was being cancelled: then it was not.
      return finalOf(now) ?? begun(now);
    } catch (thrown) {
      const error = asGatewayError(thrown);
      const isOpen = !isSurelyNotSent(error);
      // It may be done though nobody said so, or refused because the action ended in between.
      const now = isOpen || error.details.upstreamStatus === 400 ? await readAgain(action, scope) : action;
      const ended = finalOf(now);
      if (ended !== null) return ended;
      if (isBeingCancelled(now) && now.cancellationComment?.includes(tag.text)) return begun(now);
      const doubt = (unknown: GatewayError) => unanswered(unknown, 'cancelled', 'look at the action', 'asked');
      return endedBy(error, doubt, now, actionId);
    }
  };

  return {
    machineOf: ({ machine }) => machine,
    subjectOf: ({ id, tag }) => ({ kind: 'cancellation', actionId: id, mark: tag.text }),

    plan: async (reading, scope) => {
      const distinct = [...new Set(asked)];
      const formed = distinct.filter((id) => hasIdForm('machineAction', id));
      const found = await machineActions
        .byIds(tenant, formed, scope)
        .catch((thrown: unknown): ReadonlyMap<string, MachineAction | Error> => {
          scope.signal.throwIfAborted();
          const error = asGatewayError(thrown);
          return new Map(formed.map((id) => [id, error]));
        });
      const machineIds = [...found.values()].flatMap((action) => (action instanceof Error ? [] : [action.machineId]));
      const targets =
        reading || visibility !== null || [...found.values()].some(isLimited)
          ? seenBy(visibility, tenant, await readTargets(machines, tenant, machineIds, scope))
          : new Map<string, Target>();
      const open = [...found].flatMap(([id, action]) =>
        action instanceof Error || overAlready(action) === null ? [id] : [],
      );
      // Another's cancellation, from before the key was used, is not what an earlier run did.
      const first = await openSoFar(mutation, open);
      return distinct.map((id) => {
        const action = found.get(id);
        const none = { id, action: null, machine: null, machineError: null, tag: randomTag() };
        if (!formed.includes(id)) return { asked: id, target: none, error: malformed(id) };
        if (action instanceof Error) return { asked: id, target: none, error: asGatewayError(action) };
        const machine = action === undefined ? undefined : targets.get(canonical(action.machineId));
        // A machine that callers do not see has no actions for them.
        if (action === undefined || machine?.error?.code === 'NOT_FOUND') {
          return { asked: id, target: none, error: unknownAction(tenant, id) };
        }
        const target = { ...none, action, machine: machine?.machine ?? null, machineError: machine?.error ?? null };
        const fault = first.has(id) ? null : overAlready(action);
        return { asked: id, target: { ...target, fault }, error: null };
      });
    },

    check: ({ id, action, machine, machineError }) => {
      if (action === null) return stopped('FAILED', unknownAction(tenant, id));
      const permission = permissionOfType[action.type];
      if (permission !== null && !mayStart(permission, machine)) {
        // What cannot be judged is refused for what it is: the machine could not be read.
        if (machineError !== null && access.mayInPart(permission, tenant)) return stopped('FAILED', machineError);
        const needed = `To cancel this action the permission "${permission}" is needed too, for its machine`;
        return stopped('REFUSED', new AccessError('FORBIDDEN', needed));
      }
      const over = overAlready(action);
      if (over !== null) return stopped('REFUSED', over, action, id);
      return machineError === null ? null : stopped('FAILED', machineError, action, id);
    },

    before: ({ action }) => action,
    capability: 'machineActions.cancel',

    // Asking once more to cancel does no harm, and what an earlier run cancelled shows it when it is read for the plan.
    find: async (sought) =>
      sought.map(({ target: { id, action } }) =>
        action !== null && (action.status === 'CANCELLED' || isBeingCancelled(action))
          ? { outcome: 'DONE', actionId: id, shown: action }
          : { outcome: 'NOT_BEGUN', actionId: null, shown: null },
      ),
    recall: async (done) => done.map(({ target }) => target.action),

    send: (sendings) =>
      sendEach(sendings, async (sending) => {
        const { action, id } = sending.target;
        return action === null ? stopped('FAILED', unknownAction(tenant, id)) : cancelOne(action, sending);
      }),

    result: ({ target: { action } }, { outcome, error, shown }) => ({
      ...actionResult(tenant, error?.code === 'FORBIDDEN' ? null : (shown ?? action)),
      ...{ machineId: action?.machineId ?? null, outcome, error },
    }),
  };
};

/** Cancels actions that have not ended. Calls: 1 to read all, 1 to cancel each. */
export const cancelMachineActions = tenantAction({
  guardrail: 'cancel',
  permission: 'action:cancel',
  read: 'action:cancel',
  targetsOf: ({ actionIds }: CancelMachineActionsInput) => actionIds,
  order: (mutation) => {
    const { parts, input } = mutation;
    const asked = checkTargets('actionIds', input.actionIds, parts.targetsPerMutation).map(canonical);
    const comment = checkComment(input.comment);
    return { asked, comment, particulars: { comment }, kind: cancellationKind(mutation, asked, comment) };
  },
});
