import type { TenantWorld, WorldAlert, WorldMachine } from '../world/types.ts';

/** Words that no page lists: a product and a detector that came later, a state of an investigation, a health. */
export const newerWords = {
  serviceSource: 'microsoftDefenderForAgents',
  detectionSource: 'agentRuntimeProtection',
  investigationState: 'awaitingAgent',
  healthStatus: 'SensorUpdating',
} as const;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const renamed = new WeakSet<TenantWorld>();

const renameAlert = (alert: Writable<WorldAlert>): void => {
  // MDE shows the alerts that are its own: those keep their product.
  if (alert.serviceSource !== 'microsoftDefenderForEndpoint') alert.serviceSource = newerWords.serviceSource;
  alert.detectionSource = newerWords.detectionSource;
  alert.investigationState = newerWords.investigationState;
};

const renameMachine = (machine: Writable<WorldMachine>): void => {
  machine.healthStatus = newerWords.healthStatus;
};

/** Gives every seventh alert and machine of the estate words of tomorrow, once. */
export const giveNewerWords = (world: TenantWorld): void => {
  if (renamed.has(world)) return;
  renamed.add(world);
  world.alerts.filter((_, place) => place % 7 === 3).forEach(renameAlert);
  world.machines.filter((_, place) => place % 7 === 3).forEach(renameMachine);
};
