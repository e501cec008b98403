import type { WorldAlert, WorldInvestigation } from './types.ts';

const openStates = new Set(['running', 'queued', 'pendingApproval', 'pendingResource']);

/** The automated investigations that the alerts speak of, in the order of the alerts. */
export function investigationsOf(alerts: readonly WorldAlert[]): WorldInvestigation[] {
  return alerts.flatMap((alert) => {
    const { investigationId, machine } = alert;
    if (investigationId === null || machine === null) return [];
    const open = openStates.has(alert.investigationState);
    return [
      {
        id: investigationId,
        state: alert.investigationState,
        startedAt: alert.createdAt,
        endedAt: open ? null : alert.updatedAt,
        machine,
        triggeringAlertId: alert.id,
        ...(alert.investigationState === 'terminatedByUser' &&
          alert.assignedTo !== null && { cancelledBy: alert.assignedTo }),
      },
    ];
  });
}
