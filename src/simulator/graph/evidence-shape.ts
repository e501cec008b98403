import type { TenantWorld, WorldEvidence } from '../world/types.ts';
import type { Spell } from './enums.ts';
import { graphOnly } from './evidence-graph-only.ts';
import { digits, guidOf } from './evidence-ids.ts';
import { device, emailSender, fileDetails, processDetails, type Shape, userAccount } from './evidence-parts.ts';
import { ipDetails } from './evidence-piece.ts';

/** `microsoft.graph.security.alertEvidence`, as the derived type that `@odata.type` names. */
export function evidenceShape(evidence: WorldEvidence, world: TenantWorld, spell: Spell): Shape {
  const common = {
    createdDateTime: evidence.createdAt,
    verdict: evidence.verdict,
    remediationStatus: spell('remediationStatus', evidence.remediationStatus),
    ...judged(evidence, world),
  };
  if (evidence.type === 'graphOnly') {
    const { kind, machine, user, createdAt } = evidence;
    return { ...named(kind), ...common, ...graphOnly[kind]({ world, at: createdAt, machine, user }) };
  }
  const { type, ...own } = specifics(evidence, world);
  return { ...named(type), ...common, ...own };
}

/** Kinds of which there are many: every second piece is bare, as most of Microsoft's are. */
const frequent: ReadonlySet<string> = new Set(['device', 'user', 'process', 'file', 'ip', 'url']);

/** What automated investigation and the portal add to a piece. */
function judged({ type, createdAt, roles, remediationStatus, ...evidence }: WorldEvidence, world: TenantWorld): Shape {
  const tags = 'machine' in evidence && type === 'device' ? (evidence.machine?.machineTags ?? []) : [];
  if (frequent.has(type) && digits(world, `${type} ${createdAt}`, 1) < '8') {
    return { remediationStatusDetails: null, roles: [...roles], detailedRoles: [], tags: [...tags] };
  }
  const given = roles.length === 0 ? ['contextual'] : roles;
  return {
    remediationStatusDetails: remediationStatus === 'none' ? 'Nothing to remediate' : 'By an automated investigation',
    roles: [...given],
    detailedRoles: given.map((role) => `Seen as ${role}`),
    tags: [...tags, 'Watched'],
  };
}

const named = (type: string): Shape => ({ '@odata.type': `#microsoft.graph.security.${type}` });

/** The name of the derived type and what it has beyond the base type. */
function specifics(
  evidence: Exclude<WorldEvidence, { readonly type: 'graphOnly' }>,
  world: TenantWorld,
): Shape & { readonly type: string } {
  switch (evidence.type) {
    case 'device':
      return { type: 'deviceEvidence', ...device(evidence.machine, world) };
    case 'user':
      return { type: 'userEvidence', ...user(evidence, world) };
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
      return { type: 'ipEvidence', ...ipDetails(evidence.ipAddress, evidence.countryLetterCode) };
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
        networkMessageIds: Array.from({ length: 3 }, (_, index) => guidOf(world, `${evidence.query} ${index}`)),
        urn: `urn:MailClusterEntity:${guidOf(world, evidence.query)}`,
      };
    case 'securityGroup':
      return {
        type: 'securityGroupEvidence',
        securityGroupId: evidence.securityGroupId,
        displayName: evidence.displayName,
        friendlyName: evidence.displayName,
        activeDirectoryObjectGuid: guidOf(world, evidence.displayName),
        distinguishedName: `CN=${evidence.displayName},CN=Users,DC=${world.name},DC=com`,
        sid: 'S-1-5-21-1004336348-1177238915-682003330-512',
      };
    case 'cloudApplication':
      return {
        type: 'cloudApplicationEvidence',
        appId: evidence.appId,
        displayName: evidence.displayName,
        instanceId: 0,
        instanceName: evidence.instanceName,
        saasAppId: evidence.appId,
        stream: { name: 'CloudAppEvents' },
      };
    case 'oauthApplication':
      return {
        type: 'oauthApplicationEvidence',
        appId: evidence.appId,
        displayName: evidence.displayName,
        objectId: guidOf(world, evidence.displayName),
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
  const malicious = evidence.verdict === 'malicious';
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
    threats: malicious ? ['Phish'] : [],
    threatDetectionMethods: malicious ? ['URL malicious reputation'] : [],
    urls: [`https://${evidence.sender.split('@')[1] ?? ''}/`],
    urlCount: 1,
    attachmentsCount: malicious ? 1 : 0,
    receivedDateTime: evidence.receivedAt,
    p1Sender: emailSender(evidence.sender),
    p2Sender: emailSender(evidence.sender),
  };
}

function user(evidence: Extract<WorldEvidence, { readonly type: 'user' }>, world: TenantWorld): Shape {
  const { user: account, createdAt, roles } = evidence;
  const access = {
    accessDateTime: createdAt,
    accountId: account.userSid,
    ipAddress: '10.20.3.77',
    resourceIdentifier: `ldap/${world.name}.com`,
  };
  const isActor = roles.includes('attacker') || roles.includes('compromised');
  return {
    userAccount: { ...userAccount(account, world), resourceAccessEvents: isActor ? [access] : [] },
    stream: isActor ? { name: 'IdentityLogonEvents' } : null,
  };
}
