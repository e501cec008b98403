import type { TenantWorld, WorldAlert, WorldIncident } from '../world/types.ts';
import { alertShape } from './alert-shape.ts';
import type { Spell } from './enums.ts';
import { commentShape, portalUrl } from './parts.ts';

/** The alerts that an answer shows with an incident, and the link to the others. */
export interface ExpandedAlerts {
  readonly alerts: readonly WorldAlert[];
  readonly nextLink: string | null;
}

/** `microsoft.graph.security.incident`; `alerts` only when expanded. */
export function incidentShape(
  incident: WorldIncident,
  world: TenantWorld,
  spell: Spell,
  expanded: ExpandedAlerts | null,
): Readonly<Record<string, unknown>> {
  return {
    '@odata.type': '#microsoft.graph.security.incident',
    id: incident.id,
    tenantId: world.tenantId,
    status: spell('incidentStatus', incident.status),
    incidentWebUrl: portalUrl(world, 'incidents', incident.id),
    redirectIncidentId: incident.redirectIncidentId,
    displayName: incident.displayName,
    createdDateTime: incident.createdAt,
    lastUpdateDateTime: incident.updatedAt,
    assignedTo: incident.assignedTo,
    classification: incident.classification,
    determination: incident.determination,
    severity: incident.severity,
    customTags: [...incident.tags],
    systemTags: [...incident.systemTags],
    description: incident.description,
    lastModifiedBy: incident.lastModifiedBy,
    resolvingComment: incident.status === 'resolved' ? 'Cleaned up, and nothing came back.' : null,
    summary: incident.priorityScore === null ? null : `${incident.displayName}: its alerts belong to one attack.`,
    priorityScore: incident.priorityScore,
    comments: incident.comments.map(commentShape),
    ...(expanded === null ? {} : { alerts: expanded.alerts.map((alert) => alertShape(alert, world, spell)) }),
    ...(typeof expanded?.nextLink === 'string' ? { 'alerts@odata.nextLink': expanded.nextLink } : {}),
  };
}
