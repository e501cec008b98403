import type { EvidenceVerdict, MachineHealthStatus, MachineRiskScore, OnboardingStatus } from './enums.ts';

/** What every kind of evidence has. */
export interface EvidenceFacts {
  /** The tenant's configured name: evidence leads on to machines. */
  readonly tenant: string;
  readonly createdAt: string | null;
  readonly verdict: EvidenceVerdict;
  /** Graph's name, e.g. `remediated`. */
  readonly remediationStatus: string | null;
  readonly remediationStatusDetails: string | null;
  readonly roles: readonly string[];
  readonly detailedRoles: readonly string[];
  readonly tags: readonly string[];
  /** As Microsoft sent it; `null` where it was made of an alert's own words. */
  readonly raw: unknown;
}

export interface UserAccount {
  readonly accountName: string | null;
  readonly domainName: string | null;
  readonly displayName: string | null;
  readonly userPrincipalName: string | null;
  readonly userSid: string | null;
  readonly aadUserId: string | null;
}

export interface FileDetails {
  readonly fileName: string | null;
  readonly filePath: string | null;
  readonly sha1: string | null;
  readonly sha256: string | null;
  readonly md5: string | null;
  /** Bytes. */
  readonly fileSize: number | null;
  readonly filePublisher: string | null;
  readonly signer: string | null;
  readonly issuer: string | null;
}

export interface LoggedOnUser {
  readonly accountName: string | null;
  readonly domainName: string | null;
}

export interface DeviceEvidence extends EvidenceFacts {
  readonly kind: 'DeviceEvidence';
  readonly machineId: string | null;
  readonly aadDeviceId: string | null;
  readonly deviceDnsName: string | null;
  readonly osPlatform: string | null;
  readonly osBuild: number | null;
  readonly version: string | null;
  readonly healthStatus: MachineHealthStatus | null;
  readonly riskScore: MachineRiskScore | null;
  readonly rbacGroupId: string | null;
  readonly rbacGroupName: string | null;
  readonly onboardingStatus: OnboardingStatus | null;
  readonly defenderAvStatus: string | null;
  readonly firstSeen: string | null;
  readonly lastIpAddress: string | null;
  readonly lastExternalIpAddress: string | null;
  readonly ipInterfaces: readonly string[];
  readonly loggedOnUsers: readonly LoggedOnUser[];
}

export interface UserEvidence extends EvidenceFacts {
  readonly kind: 'UserEvidence';
  readonly userAccount: UserAccount;
}

export interface ProcessEvidence extends EvidenceFacts {
  readonly kind: 'ProcessEvidence';
  readonly processId: number | null;
  readonly processCommandLine: string | null;
  readonly processCreatedAt: string | null;
  readonly imageFile: FileDetails;
  readonly parentProcessId: number | null;
  readonly parentProcessCreatedAt: string | null;
  readonly parentImageFile: FileDetails | null;
  readonly userAccount: UserAccount | null;
  readonly detectionStatus: string | null;
  readonly machineId: string | null;
}

export interface FileEvidence extends EvidenceFacts {
  readonly kind: 'FileEvidence';
  readonly fileDetails: FileDetails;
  readonly detectionStatus: string | null;
  readonly machineId: string | null;
}

export interface IpEvidence extends EvidenceFacts {
  readonly kind: 'IpEvidence';
  readonly ipAddress: string | null;
  readonly countryLetterCode: string | null;
}

export interface UrlEvidence extends EvidenceFacts {
  readonly kind: 'UrlEvidence';
  readonly url: string | null;
}

export interface RegistryKeyEvidence extends EvidenceFacts {
  readonly kind: 'RegistryKeyEvidence';
  readonly registryHive: string | null;
  readonly registryKey: string | null;
}

export interface RegistryValueEvidence extends EvidenceFacts {
  readonly kind: 'RegistryValueEvidence';
  readonly registryHive: string | null;
  readonly registryKey: string | null;
  readonly registryValue: string | null;
  readonly registryValueName: string | null;
  readonly registryValueType: string | null;
  readonly machineId: string | null;
}

export interface MailboxEvidence extends EvidenceFacts {
  readonly kind: 'MailboxEvidence';
  readonly primaryAddress: string | null;
  readonly displayName: string | null;
  readonly userAccount: UserAccount | null;
}

export interface AnalyzedMessageEvidence extends EvidenceFacts {
  readonly kind: 'AnalyzedMessageEvidence';
  readonly networkMessageId: string | null;
  readonly internetMessageId: string | null;
  readonly subject: string | null;
  readonly senderAddress: string | null;
  readonly senderIp: string | null;
  readonly recipientAddress: string | null;
  readonly deliveryAction: string | null;
  readonly deliveryLocation: string | null;
  readonly receivedAt: string | null;
  readonly urls: readonly string[];
  readonly threats: readonly string[];
}

export interface MailClusterEvidence extends EvidenceFacts {
  readonly kind: 'MailClusterEvidence';
  readonly clusterBy: string | null;
  readonly clusterByValue: string | null;
  readonly emailCount: number | null;
  readonly query: string | null;
  readonly networkMessageIds: readonly string[];
}

export interface SecurityGroupEvidence extends EvidenceFacts {
  readonly kind: 'SecurityGroupEvidence';
  readonly securityGroupId: string | null;
  readonly displayName: string | null;
}

export interface CloudApplicationEvidence extends EvidenceFacts {
  readonly kind: 'CloudApplicationEvidence';
  readonly appId: string | null;
  readonly displayName: string | null;
  readonly instanceId: string | null;
  readonly instanceName: string | null;
}

export interface OauthApplicationEvidence extends EvidenceFacts {
  readonly kind: 'OauthApplicationEvidence';
  readonly appId: string | null;
  readonly objectId: string | null;
  readonly displayName: string | null;
  readonly publisher: string | null;
}

export interface AzureResourceEvidence extends EvidenceFacts {
  readonly kind: 'AzureResourceEvidence';
  readonly resourceId: string | null;
  readonly resourceName: string | null;
  readonly resourceType: string | null;
}

/** A kind without a type of its own: kept whole. */
export interface OtherEvidence extends EvidenceFacts {
  readonly kind: 'OtherEvidence';
  /** Microsoft's name, e.g. `kubernetesPodEvidence`. */
  readonly type: string;
}

export type Evidence =
  | DeviceEvidence
  | UserEvidence
  | ProcessEvidence
  | FileEvidence
  | IpEvidence
  | UrlEvidence
  | RegistryKeyEvidence
  | RegistryValueEvidence
  | MailboxEvidence
  | AnalyzedMessageEvidence
  | MailClusterEvidence
  | SecurityGroupEvidence
  | CloudApplicationEvidence
  | OauthApplicationEvidence
  | AzureResourceEvidence
  | OtherEvidence;
