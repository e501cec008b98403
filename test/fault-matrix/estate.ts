import { randomUUID } from 'node:crypto';
import type { TenantWorld, WorldAction, WorldMachine } from '../../src/simulator/world/types.ts';

/** Reachable machines of Windows that nothing was done to. */
export const idleMachines = ({ machines, actions }: TenantWorld): readonly WorldMachine[] =>
  machines.filter(
    (machine) =>
      machine.onboardingStatus === 'Onboarded' &&
      machine.healthStatus === 'Active' &&
      machine.osPlatform.startsWith('Windows') &&
      !actions.some((action) => action.machine === machine),
  );

/** Gives each target once. */
export const eachOnce = <Target>(what: string, targets: readonly Target[]): (() => Target) => {
  const left = [...targets];
  return () => {
    const target = left.shift();
    if (target === undefined) throw new Error(`The estate has no ${what} left: make it larger`);
    return target;
  };
};

const actionOn = (machine: WorldMachine): WorldAction => {
  const at = new Date().toISOString();
  return {
    id: randomUUID(),
    type: 'RunAntiVirusScan',
    scope: 'Quick',
    requestor: 'analyst@contoso.com',
    requestorComment: 'Weekly',
    externalId: null,
    status: 'InProgress',
    machine,
    createdAt: at,
    updatedAt: at,
    cancellationRequestor: null,
    cancellationComment: null,
    cancelledAt: null,
    errorHResult: 0,
    relatedFile: null,
    commands: null,
  };
};

/** A scan of the machine that goes on until it is cancelled. */
export const runningScan = (machine: WorldMachine): WorldAction => {
  machine.machineTags.push('simulator:stuck');
  return actionOn(machine);
};

/** A restriction of the machine that is in force. */
export const restriction = (machine: WorldMachine): WorldAction => ({
  ...actionOn(machine),
  type: 'RestrictCodeExecution',
  scope: null,
  status: 'Succeeded',
});

/** An isolation of the machine that is in force. */
export const isolation = (machine: WorldMachine): WorldAction => ({
  ...actionOn(machine),
  type: 'Isolate',
  scope: 'Full',
  status: 'Succeeded',
});
