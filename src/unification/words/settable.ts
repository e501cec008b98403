import type { AlertStatus, IncidentStatus } from '../../domain/enums.ts';

/** Statuses that a person can give an incident; the others are the service's. security-incident-update.md, api-update-incidents.md */
export const settableIncidentStatuses: readonly IncidentStatus[] = ['ACTIVE', 'IN_PROGRESS', 'RESOLVED'];

/** Statuses that a person can give an alert. security-alert-update.md, update-alert.md */
export const settableAlertStatuses: readonly AlertStatus[] = ['NEW', 'IN_PROGRESS', 'RESOLVED'];
