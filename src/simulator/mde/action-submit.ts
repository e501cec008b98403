import { randomUUID } from 'node:crypto';
import { DefenderFault, refusals } from '../defender/fault.ts';
import type { SimRequest } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { TenantWorld, WorldAction, WorldMachine } from '../world/types.ts';
import { isInEffect } from './action-effects.ts';
import { type ActionType, actionKinds, isOlderThan, platformOf, selectiveIsolationSince } from './action-kinds.ts';
import { type ActionTimes, isFinal, settleAction } from './action-progress.ts';
import { callerName } from './route.ts';

/** An action to be started on one machine. */
export interface ActionOrder {
  readonly type: ActionType;
  readonly machine: WorldMachine;
  readonly comment: string;
  readonly scope?: string;
  readonly externalId?: string;
  readonly relatedFile?: WorldAction['relatedFile'];
  readonly commands?: WorldAction['commands'];
}

/** Brings every open action of the tenant to its present state. */
export function settleAll(tenant: TenantWorld, times: ActionTimes, now: Date): void {
  for (const action of tenant.actions) settleAction(action, tenant, times, now);
}

/**
 * Starts an action.
 * @throws DefenderFault OsPlatformNotSupported, ClientVersionNotSupported; InvalidInput when there is nothing to undo or the machine is not onboarded;
 * ActiveRequestAlreadyExists while an action of the same kind runs on the machine.
 */
export function submitAction(request: SimRequest, order: ActionOrder, times: ActionTimes): WorldAction {
  const { tenant, now } = request;
  const { machine, type } = order;
  settleAll(tenant, times, now);
  checkMachine(order);
  const running = tenant.actions.find((one) => one.machine === machine && one.type === type && !isFinal(one));
  if (running !== undefined) {
    if (request.oddities.values.secondAction === 'pendingReturned') return running;
    throw refusals.busy();
  }
  const { undoes } = actionKinds[type];
  const repeats = isRepeated(tenant, order);
  if (repeats && request.oddities.values.alreadyInEffect === 'refused') {
    throw new DefenderFault('InvalidInput', `${type} is in effect on ${machine.id} already.`);
  }
  if (undoes !== null && !isInEffect(tenant, machine, undoes, type)) {
    throw new DefenderFault('InvalidInput', `There is nothing to undo: no ${undoes} is in effect on ${machine.id}.`);
  }

  const at = isoTime(now.getTime());
  const action: WorldAction = {
    id: randomUUID(),
    type,
    scope: order.scope ?? null,
    requestor: callerName(request),
    requestorComment: order.comment,
    externalId: order.externalId ?? null,
    status: 'Pending',
    machine,
    createdAt: at,
    updatedAt: at,
    cancellationRequestor: null,
    cancellationComment: null,
    cancelledAt: null,
    errorHResult: 0,
    relatedFile: order.relatedFile ?? null,
    commands: order.commands ?? null,
    ...(repeats && request.oddities.values.alreadyInEffect === 'stuck' && { unanswered: true }),
    ...(request.oddities.values.failedCommand === 'overlooked' && { overlooksFailures: true }),
  };
  // Newest first: of two requests at once the later one may be done sooner.
  const older = tenant.actions.findIndex(({ createdAt }) => Date.parse(createdAt) <= now.getTime());
  tenant.actions.splice(older === -1 ? tenant.actions.length : older, 0, action);
  return action;
}

/** The onboarding and the system that an action needs. */
function checkMachine({ machine, type, scope }: ActionOrder): void {
  const unmanaged = machine.onboardingStatus !== 'Onboarded';
  // Machines without a sensor can only be contained (isolate-machine.md, IsolationType UnManagedDevice) and released.
  const takesUnmanaged = (type === 'Isolate' && scope === 'UnManagedDevice') || (type === 'Unisolate' && unmanaged);
  if (takesUnmanaged !== unmanaged) {
    const state = unmanaged ? 'not onboarded' : 'onboarded';
    throw new DefenderFault('InvalidInput', `The action does not fit: the machine is ${state}.`);
  }
  if (unmanaged) return;
  const platform = platformOf(machine);
  if (platform === null || !actionKinds[type].platforms.some((supported) => supported === platform)) {
    throw refusals.platform(machine.osPlatform);
  }
  const since = scope === 'Selective' ? selectiveIsolationSince : actionKinds[type].since;
  if (since !== null && isOlderThan(machine, since)) throw refusals.version(type, since);
}

/** The actions whose effect another one takes back. */
const opposites: Partial<Record<ActionType, ActionType>> = {
  Isolate: 'Unisolate',
  RestrictCodeExecution: 'UnrestrictCodeExecution',
};

/** Whether the machine is already what the action would make it. */
function isRepeated(tenant: TenantWorld, { machine, type }: ActionOrder): boolean {
  const opposite = opposites[type];
  return opposite !== undefined && isInEffect(tenant, machine, type, opposite);
}
