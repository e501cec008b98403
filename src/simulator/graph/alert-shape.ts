import type { TenantWorld, WorldAlert } from '../world/types.ts';
import type { Spell } from './enums.ts';
import { evidenceShape } from './evidence-shape.ts';
import { commentShape, portalUrl } from './parts.ts';

/** Names of the products by `serviceSource`. */
const productNames: ReadonlyMap<string, string> = new Map([
  ['microsoftDefenderForEndpoint', 'Microsoft Defender for Endpoint'],
  ['microsoftDefenderForIdentity', 'Microsoft Defender for Identity'],
  ['microsoftDefenderForCloudApps', 'Microsoft Defender for Cloud Apps'],
  ['microsoftDefenderForOffice365', 'Microsoft Defender for Office 365'],
  ['microsoft365Defender', 'Microsoft Defender XDR'],
  ['azureAdIdentityProtection', 'Microsoft Entra ID Protection'],
  ['microsoftDefenderForCloud', 'Microsoft Defender for Cloud'],
]);

/** `microsoft.graph.security.alert` */
export function alertShape(alert: WorldAlert, world: TenantWorld, spell: Spell): Readonly<Record<string, unknown>> {
  return {
    '@odata.type': '#microsoft.graph.security.alert',
    id: alert.id,
    providerAlertId: alert.id,
    incidentId: alert.incidentId,
    status: alert.status,
    severity: alert.severity,
    classification: alert.classification,
    determination: alert.determination,
    serviceSource: spell('serviceSource', alert.serviceSource),
    detectionSource: spell('detectionSource', alert.detectionSource),
    productName: productNames.get(alert.serviceSource) ?? null,
    detectorId: alert.detectorId,
    tenantId: world.tenantId,
    title: alert.title,
    description: alert.description,
    recommendedActions: alert.recommendedActions,
    category: alert.category,
    categories: [alert.category],
    assignedTo: alert.assignedTo,
    alertWebUrl: portalUrl(world, 'alerts', alert.id),
    incidentWebUrl: portalUrl(world, 'incidents', alert.incidentId),
    actorDisplayName: alert.actorName,
    threatDisplayName: alert.threatName,
    threatFamilyName: alert.threatFamilyName,
    mitreTechniques: [...alert.mitreTechniques],
    createdDateTime: alert.createdAt,
    lastUpdateDateTime: alert.updatedAt,
    resolvedDateTime: alert.resolvedAt,
    firstActivityDateTime: alert.firstActivityAt,
    lastActivityDateTime: alert.lastActivityAt,
    investigationState: alert.investigationState,
    alertPolicyId: null,
    additionalData: null,
    customDetails: null,
    systemTags: [],
    comments: alert.comments.map(commentShape),
    evidence: alert.evidence.map((evidence) => evidenceShape(evidence, world, spell)),
  };
}
