import { mde } from '../../microsoft/mde/index.ts';
import { objectBody, optionalText } from '../defender/body.ts';
import { DefenderFault, notFound } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { WorldAction } from '../world/types.ts';
import { actionFields } from './action-fields.ts';
import { actionKinds, isActionType } from './action-kinds.ts';
import { type ActionTimes, isFinal, settleAction } from './action-progress.ts';
import { actionShape, listedActionShape } from './action-shape.ts';
import { settleAll } from './action-submit.ts';
import { answerList, listRules } from './list.ts';
import { callerName, entity, param } from './route.ts';

/** The action of the path, as it stands now. @throws DefenderFault ResourceNotFound */
export function actionNamed(request: SimRequest, times: ActionTimes): WorldAction {
  const id = param(request, 'id').toLowerCase();
  const action = request.tenant.actions.find((candidate) => candidate.id === id);
  if (action === undefined) throw notFound('machine action', id);
  settleAction(action, request.tenant, times, request.now);
  return action;
}

/** Following and cancelling machine actions (get-machineactions-collection.md, cancel-machine-action.md). */
export function actionRoutes({
  pageSize,
  times,
}: {
  readonly pageSize: number;
  readonly times: ActionTimes;
}): readonly Route[] {
  const rules = listRules(actionFields, pageSize);
  return [
    serve(mde.listMachineActions, (request) => {
      settleAll(request.tenant, times, request.now);
      return answerList(request, 'MachineActions', listedActions(request), rules, (action) => ({
        ...listedActionShape(action),
        requestorComment: listedComment(action, request),
      }));
    }),
    serve(mde.getMachineAction, (request) =>
      entity(request, 'MachineActions', actionShape(actionNamed(request, times))),
    ),
    serve(mde.cancelMachineAction, (request) => {
      const action = actionNamed(request, times);
      checkMayCancel(request, action);
      if (isFinal(action)) throw new DefenderFault('InvalidInput', `The action is already ${action.status}.`);
      const comment = request.body === undefined ? undefined : optionalText(objectBody(request.body), 'Comment');
      const at = isoTime(request.now.getTime());
      action.status = 'Cancelled';
      action.updatedAt = at;
      action.cancelledAt = at;
      action.cancellationRequestor = callerName(request);
      action.cancellationComment = comment ?? null;
      return entity(request, 'MachineActions', actionShape(action));
    }),
  ];
}

/** The actions that the list knows by now. */
function listedActions({ tenant, oddities, now }: SimRequest): readonly WorldAction[] {
  const lagMs = (oddities.values.actionsListedAfter ?? 0) * 1_000;
  return lagMs === 0
    ? tenant.actions
    : tenant.actions.filter(({ createdAt }) => Date.parse(createdAt) + lagMs <= now.getTime());
}

const cutComment = 64;

/** The comment of an action as the list has it. */
function listedComment({ requestorComment }: WorldAction, { oddities }: SimRequest): string | null {
  const { listedComments } = oddities.values;
  if (listedComments === 'absent') return null;
  return listedComments === 'cut' ? requestorComment.slice(0, cutComment) : requestorComment;
}

/** Cancelling needs the permission of the kind of action that is cancelled. */
function checkMayCancel(request: SimRequest, action: WorldAction): void {
  const needed = isActionType(action.type) ? actionKinds[action.type].permission : null;
  if (needed !== null && !request.principal.permissions.includes(needed)) {
    throw new DefenderFault('Forbidden', `Missing application roles. API required roles: ${needed}.`);
  }
}
