import { alertEvidenceColumns, alertInfoColumns } from '../../../../microsoft/hunting/alerts.ts';
import type { WorldAlert, WorldEvidence } from '../../../world/types.ts';
import { type Cells, defineTable, type TableSource } from '../table.ts';
import { entraAccountCells, machineCells } from './cells.ts';
import { detectorName, serviceName, titled } from './names.ts';

/** One row per alert. */
export const alertInfo: TableSource = defineTable(alertInfoColumns, 'Timestamp', ({ world }) =>
  world.alerts.map((alert) => ({
    Timestamp: alert.createdAt,
    AlertId: alert.id,
    Title: alert.title,
    Category: alert.category,
    Severity: titled(alert.severity),
    ServiceSource: serviceName(alert.serviceSource),
    DetectionSource: detectorName(alert.detectionSource),
    AttackTechniques: techniques(alert),
  })),
);

/** One row per alert and entity. */
export const alertEvidence: TableSource = defineTable(alertEvidenceColumns, 'Timestamp', ({ world }) =>
  world.alerts.flatMap((alert) =>
    alert.evidence.map((evidence) => ({ ...about(alert, evidence), ...entity(evidence) })),
  ),
);

type EvidenceCells = Cells<typeof alertEvidenceColumns>;

function techniques(alert: WorldAlert): string {
  return alert.mitreTechniques.length === 0 ? '' : JSON.stringify(alert.mitreTechniques);
}

function about(alert: WorldAlert, evidence: WorldEvidence): EvidenceCells {
  return {
    Timestamp: evidence.createdAt,
    AlertId: alert.id,
    Title: alert.title,
    Categories: JSON.stringify([alert.category]),
    AttackTechniques: techniques(alert),
    ServiceSource: serviceName(alert.serviceSource),
    DetectionSource: detectorName(alert.detectionSource),
    Severity: titled(alert.severity),
    EvidenceRole: evidence.verdict === 'malicious' || evidence.type === 'device' ? 'Impacted' : 'Related',
    AdditionalFields: JSON.stringify({ Type: evidence.type, Asset: evidence.type === 'device' }),
  };
}

/** What the kind of entity fills in. */
function entity(evidence: WorldEvidence): EvidenceCells {
  switch (evidence.type) {
    case 'device':
      return { EntityType: 'Machine', ...machineCells(evidence.machine), LocalIP: evidence.machine.lastIpAddress };
    case 'user':
      return { EntityType: 'User', ...entraAccountCells(evidence.user) };
    case 'file':
      return { EntityType: 'File', ...machineCells(evidence.machine), ...image(evidence.file) };
    case 'process':
      return {
        EntityType: 'Process',
        ...machineCells(evidence.machine),
        ...image(evidence.process.image),
        ...entraAccountCells(evidence.process.user),
        ProcessCommandLine: evidence.process.commandLine,
      };
    case 'ip':
      return { EntityType: 'Ip', RemoteIP: evidence.ipAddress };
    case 'url':
      return { EntityType: 'Url', RemoteUrl: evidence.url };
    case 'registryKey':
      return { EntityType: 'RegistryKey', RegistryKey: `${evidence.hive}\\${evidence.key}` };
    case 'registryValue':
      return {
        EntityType: 'RegistryValue',
        ...machineCells(evidence.machine),
        RegistryKey: `${evidence.hive}\\${evidence.key}`,
        RegistryValueName: evidence.valueName,
        RegistryValueData: evidence.value,
      };
    case 'mailbox':
      return { EntityType: 'Mailbox', ...entraAccountCells(evidence.user) };
    case 'mailMessage':
      return {
        EntityType: 'MailMessage',
        NetworkMessageId: evidence.networkMessageId,
        EmailSubject: evidence.subject,
        AccountUpn: evidence.recipient,
      };
    case 'mailCluster':
      return { EntityType: 'MailCluster' };
    case 'securityGroup':
      return { EntityType: 'SecurityGroup' };
    case 'cloudApplication':
      return { EntityType: 'CloudApplication', Application: evidence.displayName, ApplicationId: evidence.appId };
    case 'oauthApplication':
      return { EntityType: 'OAuthApplication', Application: evidence.displayName, OAuthApplicationId: evidence.appId };
    case 'azureResource':
      return {
        EntityType: 'CloudResource',
        CloudPlatform: 'Azure',
        CloudResource: evidence.resourceName,
        ResourceType: evidence.resourceType,
        ResourceID: evidence.resourceId,
        SubscriptionId: /\/subscriptions\/([^/]+)/.exec(evidence.resourceId)?.[1] ?? '',
      };
    case 'graphOnly':
      return {
        EntityType: evidence.kind.charAt(0).toUpperCase() + evidence.kind.slice(1, -'Evidence'.length),
        ...(evidence.user === null ? {} : entraAccountCells(evidence.user)),
      };
    case 'unheardOf':
      return { EntityType: 'Quantum' };
  }
}

/** Evidence prints the folder alone, where event tables print the whole path. */
function image(file: Extract<WorldEvidence, { type: 'file' }>['file']): EvidenceCells {
  return {
    FileName: file.fileName,
    FolderPath: file.filePath,
    SHA1: file.sha1,
    SHA256: file.sha256,
    FileSize: file.fileSize,
  };
}
