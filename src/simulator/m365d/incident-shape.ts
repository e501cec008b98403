import { pascal, verdictSent } from '../defender/names.ts';
import { factsOf, loggedOnUsers } from '../world/machine-facts.ts';
import type { WorldAlert, WorldIncident, WorldMachine } from '../world/types.ts';
import { devicesOf, entityShapes } from './entity-shape.ts';
import { detectionSent, serviceSent } from './names.ts';

/** M365D knows no `awaitingAction`; such an incident is active there. */
const statusSent = (status: WorldIncident['status']): string =>
  status === 'awaitingAction' ? 'Active' : pascal(status);

/** A device as api-list-incidents.md prints it, and what answers carry beside. */
const deviceShape = (machine: WorldMachine): Readonly<Record<string, unknown>> => ({
  mdatpDeviceId: machine.id,
  aadDeviceId: machine.aadDeviceId,
  deviceDnsName: machine.computerDnsName,
  osPlatform: machine.osPlatform,
  version: machine.osVersion,
  osProcessor: machine.osProcessor,
  osBuild: machine.osBuild,
  healthStatus: machine.healthStatus,
  riskScore: machine.riskScore,
  rbacGroupName: machine.rbacGroupName,
  rbacGroupId: machine.rbacGroupId,
  firstSeen: machine.firstSeen,
  tags: machine.machineTags,
  defenderAvStatus: factsOf(machine).defenderAvStatus,
  onboardingStatus: machine.onboardingStatus,
  vmMetadata: null,
  loggedOnUsers: loggedOnUsers(machine),
});

/** An alert inside an incident; its update time is `lastUpdatedTime`, while the incident's is `lastUpdateTime`. */
function alertShape(alert: WorldAlert): Readonly<Record<string, unknown>> {
  return {
    alertId: alert.id,
    incidentId: Number(alert.incidentId),
    serviceSource: serviceSent(alert),
    creationTime: alert.createdAt,
    lastUpdatedTime: alert.updatedAt,
    resolvedTime: alert.resolvedAt,
    firstActivity: alert.firstActivityAt,
    lastActivity: alert.lastActivityAt,
    title: alert.title,
    description: alert.description,
    category: alert.category,
    status: pascal(alert.status),
    severity: pascal(alert.severity),
    investigationId: alert.investigationId,
    investigationState: pascal(alert.investigationState),
    ...verdictSent(alert, 'm365d'),
    detectionSource: detectionSent(alert),
    assignedTo: alert.assignedTo,
    actorName: alert.actorName,
    threatFamilyName: alert.threatFamilyName,
    mitreTechniques: alert.mitreTechniques,
    devices: devicesOf(alert.machine, alert.evidence).map(deviceShape),
    entities: entityShapes(alert.evidence),
  };
}

/** An incident with its whole tree, as api-list-incidents.md prints it. Ids are numbers. */
export function incidentShape(
  incident: WorldIncident,
  alerts: readonly WorldAlert[],
): Readonly<Record<string, unknown>> {
  return {
    incidentId: Number(incident.id),
    redirectIncidentId: incident.redirectIncidentId === null ? null : Number(incident.redirectIncidentId),
    incidentName: incident.displayName,
    createdTime: incident.createdAt,
    lastUpdateTime: incident.updatedAt,
    assignedTo: incident.assignedTo,
    ...verdictSent(incident, 'm365d'),
    status: statusSent(incident.status),
    severity: pascal(incident.severity),
    detectionSource: alerts[0] === undefined ? null : detectionSent(alerts[0]),
    tags: incident.tags,
    comments: incident.comments.map(({ text, author, at }) => ({ comment: text, createdBy: author, createdTime: at })),
    alerts: alerts.map(alertShape),
  };
}

/** Filters name the status as the answer shows it. */
export const incidentStatus = (incident: WorldIncident): string => statusSent(incident.status);
