import type { TenantWorld, WorldEvidence } from '../world/types.ts';
import type { Spell } from './enums.ts';
import { device, emailSender, fileDetails, processDetails, type Shape, userAccount } from './evidence-parts.ts';

/** `microsoft.graph.security.alertEvidence`, as the derived type that `@odata.type` names. */
export function evidenceShape(evidence: WorldEvidence, world: TenantWorld, spell: Spell): Shape {
  const { type, ...own } = specifics(evidence, world);
  return {
    '@odata.type': `#microsoft.graph.security.${type}`,
    createdDateTime: evidence.createdAt,
    verdict: evidence.verdict,
    remediationStatus: spell('remediationStatus', evidence.remediationStatus),
    remediationStatusDetails: null,
    roles: [...evidence.roles],
    detailedRoles: [],
    tags: evidence.type === 'device' ? [...evidence.machine.machineTags] : [],
    ...own,
  };
}

/** The name of the derived type and what it has beyond the base type. */
function specifics(evidence: WorldEvidence, world: TenantWorld): Shape & { readonly type: string } {
  switch (evidence.type) {
    case 'device':
      return { type: 'deviceEvidence', ...device(evidence.machine) };
    case 'user':
      return { type: 'userEvidence', userAccount: userAccount(evidence.user, world), stream: null };
    case 'file':
      return {
        type: 'fileEvidence',
        detectionStatus: evidence.detectionStatus,
        mdeDeviceId: evidence.machine.id,
        fileDetails: fileDetails(evidence.file),
      };
    case 'process':
      return {
        type: 'processEvidence',
        detectionStatus: evidence.detectionStatus,
        mdeDeviceId: evidence.machine.id,
        ...processDetails(evidence.process, world),
      };
    case 'ip':
      return {
        type: 'ipEvidence',
        ipAddress: evidence.ipAddress,
        countryLetterCode: evidence.countryLetterCode,
        location: null,
        stream: null,
      };
    case 'url':
      return { type: 'urlEvidence', url: evidence.url };
    case 'registryKey':
      return { type: 'registryKeyEvidence', registryHive: evidence.hive, registryKey: evidence.key };
    case 'registryValue':
      return {
        type: 'registryValueEvidence',
        mdeDeviceId: evidence.machine.id,
        registryHive: evidence.hive,
        registryKey: evidence.key,
        registryValueName: evidence.valueName,
        registryValue: evidence.value,
        registryValueType: evidence.valueType,
      };
    case 'mailbox':
      return {
        type: 'mailboxEvidence',
        primaryAddress: evidence.primaryAddress,
        displayName: evidence.displayName,
        upn: evidence.user.userPrincipalName,
        userAccount: userAccount(evidence.user, world),
      };
    case 'mailMessage':
      return { type: 'analyzedMessageEvidence', ...message(evidence) };
    case 'mailCluster':
      return {
        type: 'mailClusterEvidence',
        clusterBy: evidence.clusterBy,
        clusterByValue: evidence.query,
        query: evidence.query,
        emailCount: evidence.emailCount,
        networkMessageIds: [],
        urn: null,
      };
    case 'securityGroup':
      return {
        type: 'securityGroupEvidence',
        securityGroupId: evidence.securityGroupId,
        displayName: evidence.displayName,
        friendlyName: evidence.displayName,
        activeDirectoryObjectGuid: null,
        distinguishedName: null,
        sid: null,
      };
    case 'cloudApplication':
      return {
        type: 'cloudApplicationEvidence',
        appId: evidence.appId,
        displayName: evidence.displayName,
        instanceId: 0,
        instanceName: evidence.instanceName,
        saasAppId: evidence.appId,
        stream: null,
      };
    case 'oauthApplication':
      return {
        type: 'oauthApplicationEvidence',
        appId: evidence.appId,
        displayName: evidence.displayName,
        objectId: null,
        publisher: evidence.publisher,
      };
    case 'azureResource':
      return {
        type: 'azureResourceEvidence',
        resourceId: evidence.resourceId,
        resourceName: evidence.resourceName,
        resourceType: evidence.resourceType,
      };
    // A type that no published metadata has: clients must keep what they do not know.
    case 'unheardOf':
      return { type: 'quantumEvidence', note: evidence.note, entanglement: { pairs: 2, observed: false } };
  }
}

function message(evidence: Extract<WorldEvidence, { readonly type: 'mailMessage' }>): Shape {
  return {
    networkMessageId: evidence.networkMessageId,
    internetMessageId: `<${evidence.networkMessageId}@mail.example>`,
    subject: evidence.subject,
    language: 'en',
    senderIp: '198.51.100.25',
    recipientEmailAddress: evidence.recipient,
    antiSpamDirection: 'inbound',
    deliveryAction: evidence.deliveryAction,
    deliveryLocation: evidence.deliveryAction === 'blocked' ? 'quarantine' : 'inbox',
    urn: `urn:MailEntity:${evidence.networkMessageId}`,
    threats: [],
    threatDetectionMethods: [],
    urls: [],
    urlCount: 0,
    attachmentsCount: 0,
    receivedDateTime: evidence.receivedAt,
    p1Sender: emailSender(evidence.sender),
    p2Sender: emailSender(evidence.sender),
  };
}
