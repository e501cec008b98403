import { createRandom } from '../world/random.ts';
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

/** What few alerts have: those of mail a policy, one in six was looked at by Defender Experts, one in eight says more of its rule. */
const moreOf = ({ id, serviceSource }: WorldAlert): Readonly<Record<string, unknown>> => {
  const random = createRandom(`${id}/more`);
  const isOfMail = serviceSource === 'microsoftDefenderForOffice365';
  const policyId = random.guid();
  const bySelf = random.int(1, 8) === 1;
  return {
    alertPolicyId: isOfMail ? policyId : null,
    additionalData: isOfMail ? { Channel: 'Mail' } : null,
    customDetails: bySelf ? { Ticket: `INC-${random.int(1000, 9999)}` } : null,
    systemTags: random.int(1, 6) === 1 ? ['Defender Experts'] : [],
  };
};

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
    ...moreOf(alert),
    comments: alert.comments.map(commentShape),
    evidence: alert.evidence.map((evidence) => evidenceShape(evidence, world, spell)),
  };
}
