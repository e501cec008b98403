import { isoTime } from './times.ts';
import type { Severity, TenantWorld, WorldAlert, WorldIncident } from './types.ts';

const severities: readonly Severity[] = ['informational', 'low', 'medium', 'high'];

/** An incident is as severe as the worst of its alerts. */
export const worstOf = (alerts: readonly Pick<WorldAlert, 'severity'>[]): Severity =>
  severities[Math.max(0, ...alerts.map(({ severity }) => severities.indexOf(severity)))] ?? 'informational';

/** Opens an incident with the next number, named after the first alert; the alerts are not moved into it. */
export function openIncident(
  { incidents }: TenantWorld,
  alerts: readonly Pick<WorldAlert, 'severity' | 'title' | 'description'>[],
  { author, now }: { readonly author: string; readonly now: Date },
): WorldIncident {
  const at = isoTime(now.getTime());
  const incident: WorldIncident = {
    id: String(Math.max(0, ...incidents.map(({ id }) => Number(id))) + 1),
    redirectIncidentId: null,
    displayName: alerts[0]?.title ?? '',
    description: alerts[0]?.description ?? '',
    severity: worstOf(alerts),
    status: 'active',
    classification: null,
    determination: null,
    assignedTo: null,
    tags: [],
    systemTags: [],
    priorityScore: null,
    createdAt: at,
    updatedAt: at,
    lastModifiedBy: author,
    comments: [],
  };
  incidents.unshift(incident);
  return incident;
}
