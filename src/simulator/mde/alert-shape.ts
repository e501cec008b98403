import { endpointDetectionSources, pascal, verdictSent } from '../defender/names.ts';
import { loggedOnUsers } from '../world/machine-facts.ts';
import type { TenantWorld, WorldAlert } from '../world/types.ts';
import { evidenceShape } from './evidence-shape.ts';
import { hostsIn } from './sightings.ts';

/** The detector under MDE's name. */
export const alertDetectionSource = ({ detectionSource }: WorldAlert): string =>
  endpointDetectionSources[detectionSource] ?? pascal(detectionSource);

/** An alert as alerts.md prints it. Lists leave `evidence` empty unless it is expanded. */
export function alertShape(
  alert: WorldAlert,
  tenant: TenantWorld,
  options: { readonly evidence: boolean },
): Readonly<Record<string, unknown>> {
  const related = relatedUser(alert);
  return {
    id: alert.id,
    incidentId: Number(alert.incidentId),
    investigationId: alert.investigationId,
    assignedTo: alert.assignedTo,
    severity: pascal(alert.severity),
    status: pascal(alert.status),
    ...verdictSent(alert, 'mde'),
    investigationState: pascal(alert.investigationState),
    detectionSource: alertDetectionSource(alert),
    detectorId: alert.detectorId,
    category: alert.category,
    threatFamilyName: alert.threatFamilyName,
    title: alert.title,
    description: alert.description,
    alertCreationTime: alert.createdAt,
    firstEventTime: alert.firstActivityAt,
    lastEventTime: alert.lastActivityAt,
    lastUpdateTime: alert.updatedAt,
    resolvedTime: alert.resolvedAt,
    machineId: alert.machine?.id ?? null,
    computerDnsName: alert.machine?.computerDnsName ?? null,
    rbacGroupName: alert.machine?.rbacGroupName ?? null,
    aadTenantId: tenant.tenantId,
    threatName: alert.threatName,
    mitreTechniques: alert.mitreTechniques,
    relatedUser: related,
    loggedOnUsers: loggedOnUsers(alert.machine),
    domains: [...new Set(alert.evidence.flatMap(hostsIn))].map((host) => ({ host })),
    comments: alert.comments.map(({ text, author, at }) => ({ comment: text, createdBy: author, createdTime: at })),
    evidence: options.evidence ? evidenceShape(alert.evidence) : [],
  };
}

/** The user of the first evidence that has one; the table says text, answers hold an object. */
function relatedUser(alert: WorldAlert): { readonly userName: string; readonly domainName: string } | null {
  for (const evidence of alert.evidence) {
    const user = evidence.type === 'user' ? evidence.user : evidence.type === 'process' ? evidence.process.user : null;
    if (user !== null) return { userName: user.accountName, domainName: user.domainName };
  }
  return null;
}
