import { pascal } from '../defender/names.ts';
import type { ODataField } from '../odata/rules.ts';
import type { WorldAlert } from '../world/types.ts';
import { alertDetectionSource } from './alert-shape.ts';

/** The properties that get-alerts.md lets a filter name. `machineId` is not one of them. */
export const alertFields: readonly ODataField<WorldAlert>[] = [
  { name: 'id', type: 'id', of: (alert) => alert.id },
  { name: 'incidentId', type: 'number', of: (alert) => Number(alert.incidentId) },
  { name: 'investigationId', type: 'number', of: (alert) => alert.investigationId },
  { name: 'assignedTo', type: 'string', of: (alert) => alert.assignedTo },
  { name: 'detectionSource', type: 'string', of: alertDetectionSource },
  { name: 'category', type: 'string', of: (alert) => alert.category },
  {
    name: 'status',
    type: 'enum',
    members: ['Unknown', 'New', 'InProgress', 'Resolved'],
    of: (alert) => pascal(alert.status),
  },
  {
    name: 'severity',
    type: 'enum',
    members: ['UnSpecified', 'Informational', 'Low', 'Medium', 'High'],
    of: (alert) => pascal(alert.severity),
  },
  { name: 'alertCreationTime', type: 'time', of: (alert) => alert.createdAt },
  { name: 'lastUpdateTime', type: 'time', of: (alert) => alert.updatedAt },
  { name: 'lastEventTime', type: 'time', of: (alert) => alert.lastActivityAt },
];
