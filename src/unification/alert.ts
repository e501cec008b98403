import type { Alert } from '../domain/alert.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import type { M365dAlert } from '../upstream/m365d/wire.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import { commentsFrom } from './comments.ts';
import { evidenceListFromM365d, evidenceListFromMde } from './evidence/from-flat.ts';
import { evidenceListFromGraph } from './evidence/from-graph.ts';
import { firstMachineId } from './evidence/machine-id.ts';
import { portalPage, type TenantPlace } from './tenant-place.ts';
import { object, text, texts, time } from './values.ts';
import { readDetectionSource, readInvestigationState, readServiceSource } from './words/detection.ts';
import { readAlertStatus, readClassification, readDetermination, readSeverity } from './words/triage.ts';

/** An alert of Graph `alerts_v2`, which brings its evidence always. */
export const alertFromGraph = (tenant: TenantPlace, wire: GraphAlert): Alert => {
  const alertId = text(wire.id) ?? '';
  const evidence = evidenceListFromGraph(tenant.name, wire.evidence);
  return {
    tenant: tenant.name,
    source: 'GRAPH',
    alertId,
    providerAlertId: text(wire.providerAlertId),
    incidentId: text(wire.incidentId),
    title: text(wire.title),
    description: text(wire.description),
    recommendedActions: text(wire.recommendedActions),
    category: text(wire.category) ?? texts(wire.categories)[0] ?? null,
    severity: readSeverity(wire.severity),
    status: readAlertStatus(wire.status),
    classification: readClassification(wire.classification),
    determination: readDetermination(wire.determination),
    serviceSource: readServiceSource(wire.serviceSource),
    productName: text(wire.productName),
    detectionSource: readDetectionSource(wire.detectionSource),
    detectorId: text(wire.detectorId),
    investigationId: null,
    investigationState: readInvestigationState(wire.investigationState),
    assignedTo: text(wire.assignedTo),
    createdAt: time(wire.createdDateTime),
    updatedAt: time(wire.lastUpdateDateTime),
    resolvedAt: time(wire.resolvedDateTime),
    firstActivityAt: time(wire.firstActivityDateTime),
    lastActivityAt: time(wire.lastActivityDateTime),
    mitreTechniques: texts(wire.mitreTechniques),
    threatName: text(wire.threatDisplayName),
    threatFamilyName: text(wire.threatFamilyName),
    actorName: text(wire.actorDisplayName),
    systemTags: texts(wire.systemTags),
    categories: texts(wire.categories ?? wire.category),
    alertPolicyId: text(wire.alertPolicyId),
    additionalData: object(wire.additionalData),
    customDetails: object(wire.customDetails),
    url: text(wire.alertWebUrl) ?? portalPage(tenant, 'alerts', alertId),
    machineId: firstMachineId(evidence),
    comments: commentsFrom(wire.comments),
    evidence,
  };
};

/** An alert inside an M365D incident, which brings its devices and entities always. */
export const alertFromM365d = (tenant: TenantPlace, wire: M365dAlert): Alert => {
  const alertId = text(wire.alertId) ?? '';
  const evidence = evidenceListFromM365d(tenant.name, wire);
  return {
    tenant: tenant.name,
    source: 'M365D',
    alertId,
    providerAlertId: text(wire.providerAlertId),
    incidentId: text(wire.incidentId),
    title: text(wire.title),
    description: text(wire.description),
    recommendedActions: null,
    category: text(wire.category),
    severity: readSeverity(wire.severity),
    status: readAlertStatus(wire.status),
    classification: readClassification(wire.classification),
    determination: readDetermination(wire.determination),
    serviceSource: readServiceSource(wire.serviceSource),
    productName: null,
    detectionSource: readDetectionSource(wire.detectionSource),
    detectorId: text(wire.detectorId),
    investigationId: text(wire.investigationId),
    investigationState: readInvestigationState(wire.investigationState),
    assignedTo: text(wire.assignedTo),
    createdAt: time(wire.creationTime),
    updatedAt: time(wire.lastUpdatedTime),
    resolvedAt: time(wire.resolvedTime),
    firstActivityAt: time(wire.firstActivity),
    lastActivityAt: time(wire.lastActivity),
    mitreTechniques: texts(wire.mitreTechniques),
    threatName: null,
    threatFamilyName: text(wire.threatFamilyName),
    actorName: text(wire.actorName),
    systemTags: [],
    categories: texts(wire.category),
    alertPolicyId: null,
    additionalData: null,
    customDetails: null,
    url: portalPage(tenant, 'alerts', alertId),
    machineId: firstMachineId(evidence),
    comments: [],
    evidence,
  };
};

/**
 * An alert of Defender for Endpoint. `evidence` says whether the read asked for it: lists without `$expand=evidence`, and those
 * of a machine, send none, which must not look as if there were none.
 */
export const alertFromMde = (tenant: TenantPlace, wire: MdeAlert, evidence: 'read' | 'unread' = 'read'): Alert => {
  const alertId = text(wire.id) ?? '';
  return {
    tenant: tenant.name,
    source: 'MDE',
    alertId,
    providerAlertId: null,
    incidentId: text(wire.incidentId),
    title: text(wire.title),
    description: text(wire.description),
    recommendedActions: null,
    category: text(wire.category),
    severity: readSeverity(wire.severity),
    status: readAlertStatus(wire.status),
    classification: readClassification(wire.classification),
    determination: readDetermination(wire.determination),
    serviceSource: 'MICROSOFT_DEFENDER_FOR_ENDPOINT',
    productName: null,
    detectionSource: readDetectionSource(wire.detectionSource),
    detectorId: text(wire.detectorId),
    investigationId: text(wire.investigationId),
    investigationState: readInvestigationState(wire.investigationState),
    assignedTo: text(wire.assignedTo),
    createdAt: time(wire.alertCreationTime),
    updatedAt: time(wire.lastUpdateTime),
    resolvedAt: time(wire.resolvedTime),
    firstActivityAt: time(wire.firstEventTime),
    lastActivityAt: time(wire.lastEventTime),
    mitreTechniques: texts(wire.mitreTechniques),
    threatName: text(wire.threatName),
    threatFamilyName: text(wire.threatFamilyName),
    actorName: null,
    systemTags: [],
    categories: texts(wire.category),
    alertPolicyId: null,
    additionalData: null,
    customDetails: null,
    url: portalPage(tenant, 'alerts', alertId),
    machineId: text(wire.machineId),
    comments: commentsFrom(wire.comments),
    evidence: evidence === 'read' ? evidenceListFromMde(tenant.name, wire) : null,
  };
};
