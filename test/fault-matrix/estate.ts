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

/** A scan of the machine that goes on until it is cancelled. */
export const runningScan = (machine: WorldMachine): WorldAction => {
  const at = new Date().toISOString();
  machine.machineTags.push('simulator:stuck');
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
