import type { WorldEvidence, WorldFile, WorldMachine, WorldUser } from '../world/types.ts';

/** The flat record of M365D: every property is there, null where it does not apply (api-list-incidents.md). */
const blank = {
  sha1: null,
  sha256: null,
  fileName: null,
  filePath: null,
  processId: null,
  processCommandLine: null,
  processCreationTime: null,
  parentProcessId: null,
  parentProcessCreationTime: null,
  ipAddress: null,
  url: null,
  accountName: null,
  domainName: null,
  userSid: null,
  aadUserId: null,
  userPrincipalName: null,
  mailboxDisplayName: null,
  mailboxAddress: null,
  clusterBy: null,
  sender: null,
  recipient: null,
  subject: null,
  deliveryAction: null,
  securityGroupId: null,
  securityGroupName: null,
  registryHive: null,
  registryKey: null,
  registryValueType: null,
  registryValue: null,
  deviceId: null,
} as const;

type Values = Partial<Record<keyof typeof blank, string | number | null>>;

const file = ({ sha1, sha256, fileName, filePath }: WorldFile): Values => ({ sha1, sha256, fileName, filePath });

const user = ({ accountName, domainName, userSid, aadUserId, userPrincipalName }: WorldUser): Values => ({
  accountName,
  domainName,
  userSid,
  aadUserId,
  userPrincipalName,
});

/** Entity type and values of a piece of evidence; `null` for machines, which stand in `devices`, and cloud kinds. */
function particulars(evidence: WorldEvidence): readonly [entityType: string, values: Values] | null {
  switch (evidence.type) {
    case 'user':
      return ['User', user(evidence.user)];
    case 'file':
      return ['File', { ...file(evidence.file), deviceId: evidence.machine.id }];
    case 'process': {
      const { process, machine } = evidence;
      return [
        'Process',
        {
          ...file(process.image),
          processId: process.processId,
          processCommandLine: process.commandLine,
          processCreationTime: process.createdAt,
          parentProcessId: process.parentProcessId,
          parentProcessCreationTime: process.parentCreatedAt,
          ...user(process.user),
          deviceId: machine.id,
        },
      ];
    }
    case 'ip':
      return ['Ip', { ipAddress: evidence.ipAddress }];
    case 'url':
      return ['Url', { url: evidence.url }];
    case 'registryKey':
      return ['Registry', { registryHive: evidence.hive, registryKey: evidence.key }];
    case 'registryValue': {
      const { hive, key, valueType, value, machine } = evidence;
      return [
        'Registry',
        {
          registryHive: hive,
          registryKey: key,
          registryValueType: valueType,
          registryValue: value,
          deviceId: machine.id,
        },
      ];
    }
    case 'mailbox':
      return [
        'MailBox',
        {
          userPrincipalName: evidence.user.userPrincipalName,
          mailboxDisplayName: evidence.displayName,
          mailboxAddress: evidence.primaryAddress,
        },
      ];
    case 'mailMessage': {
      const { sender, recipient, subject, deliveryAction } = evidence;
      return ['MailMessage', { userPrincipalName: recipient, sender, recipient, subject, deliveryAction }];
    }
    case 'mailCluster':
      return ['MailCluster', { clusterBy: evidence.clusterBy }];
    case 'securityGroup':
      return ['SecurityGroup', { securityGroupId: evidence.securityGroupId, securityGroupName: evidence.displayName }];
    case 'unheardOf':
      return ['UnheardOf', {}];
    default:
      return null;
  }
}

/** The entities of an alert. */
export function entityShapes(evidence: readonly WorldEvidence[]): readonly Readonly<Record<string, unknown>>[] {
  return evidence.flatMap((one) => {
    const shown = particulars(one);
    return shown === null ? [] : [{ entityType: shown[0], ...blank, ...shown[1] }];
  });
}

/** Machines of an alert: its own first, then those of its evidence, each once. */
export function devicesOf(own: WorldMachine | null, evidence: readonly WorldEvidence[]): readonly WorldMachine[] {
  const seen = evidence.flatMap((one) => (one.type === 'device' ? [one.machine] : []));
  return [...new Set(own === null ? seen : [own, ...seen])];
}
