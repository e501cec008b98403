import { createRandom } from './random.ts';
import { isoTime, minuteMs } from './times.ts';
import type { WorldAlert, WorldInvestigation } from './types.ts';

const openStates = new Set(['running', 'queued', 'pendingApproval', 'pendingResource']);

/** Gives the alerts that were investigated their numbers, which rise with time. Alerts are newest first. */
export function numberInvestigations(alerts: readonly WorldAlert[], firstId: number): void {
  let id = firstId;
  for (const alert of alerts.toReversed()) {
    if (alert.investigationId === null) continue;
    alert.investigationId = id;
    id += 1;
  }
}

/** The automated investigations that the alerts speak of, in the order of the alerts. One takes some minutes. */
export function investigationsOf(alerts: readonly WorldAlert[], now: Date): WorldInvestigation[] {
  return alerts.flatMap((alert) => {
    const { investigationId, machine } = alert;
    if (investigationId === null || machine === null) return [];
    const cancelledBy = alert.investigationState === 'terminatedByUser' ? alert.assignedTo : null;
    return [
      {
        id: investigationId,
        state: alert.investigationState,
        startedAt: alert.createdAt,
        endedAt: openStates.has(alert.investigationState) ? null : cancelledBy ? alert.updatedAt : endOf(alert, now),
        machine,
        triggeringAlertId: alert.id,
        ...(cancelledBy !== null && { cancelledBy }),
      },
    ];
  });
}

function endOf({ id, createdAt }: WorldAlert, now: Date): string {
  const random = createRandom(`${id}/investigation`);
  const startMs = Date.parse(createdAt);
  return isoTime(Math.min(startMs + random.int(3 * minuteMs, 40 * minuteMs), now.getTime() - 1), random);
}
