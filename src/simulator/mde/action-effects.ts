import type { TenantWorld, WorldAction, WorldMachine } from '../world/types.ts';
import type { ActionType } from './action-kinds.ts';

/** Whether the last success among two opposite actions is the one with the effect. Actions are newest first. */
export function isInEffect(
  { actions }: TenantWorld,
  machine: WorldMachine,
  effect: ActionType,
  opposite: ActionType,
): boolean {
  const last = actions.find(
    (one) => one.machine === machine && one.status === 'Succeeded' && (one.type === effect || one.type === opposite),
  );
  return last?.type === effect;
}

/**
 * Whether the sensor was stopped before an action began. The list of machines goes on saying `Onboarded`, as callers
 * report (MicrosoftDocs/microsoft-365-docs#5909); only what is then asked of the machine is never picked up.
 */
export const isOffboarded = ({ actions }: TenantWorld, { machine, createdAt }: WorldAction): boolean =>
  actions.some(
    (one) =>
      one.type === 'Offboard' &&
      one.machine === machine &&
      one.status === 'Succeeded' &&
      Date.parse(one.updatedAt) <= Date.parse(createdAt),
  );

/** What a success changes in the estate, where that is more than the action itself. */
export function takeEffect({ type, machine, relatedFile }: WorldAction, { alerts }: TenantWorld): void {
  if (type !== 'StopAndQuarantineFile' || relatedFile === null) return;
  for (const evidence of alerts.flatMap((alert) => alert.evidence)) {
    if (evidence.type !== 'file' && evidence.type !== 'process') continue;
    const image = evidence.type === 'file' ? evidence.file : evidence.process.image;
    if (evidence.machine !== machine || image.sha1 !== relatedFile.identifier) continue;
    evidence.detectionStatus = 'prevented';
    evidence.remediationStatus = 'remediated';
  }
}
