/**
 * Evidence of Graph alerts, after the metadata: one interface a kind, told apart by `@odata.type`. Kinds without an interface
 * here (Kubernetes, GitHub, ...) are kept whole. Enum words are open, and every property may be missing.
 */

/** resources/security-alertevidence.md: what every kind has. */
export interface GraphAlertEvidence {
  /** `#microsoft.graph.security.deviceEvidence`; some samples leave out the `#` or the `security.`. */
  readonly '@odata.type'?: string | null;
  readonly createdDateTime?: string | null;
  readonly detailedRoles?: readonly string[] | null;
  readonly remediationStatus?: string | null;
  readonly remediationStatusDetails?: string | null;
  readonly roles?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly verdict?: string | null;
}

/** resources/security-deviceevidence.md */
export interface GraphDeviceEvidence extends GraphAlertEvidence {
  readonly azureAdDeviceId?: string | null;
  readonly defenderAvStatus?: string | null;
  readonly deviceDnsName?: string | null;
  readonly dnsDomain?: string | null;
  readonly firstSeenDateTime?: string | null;
  readonly healthStatus?: string | null;
  readonly hostName?: string | null;
  readonly ipInterfaces?: readonly string[] | null;
  readonly lastExternalIpAddress?: string | null;
  readonly lastIpAddress?: string | null;
  readonly loggedOnUsers?: readonly GraphLoggedOnUser[] | null;
  readonly mdeDeviceId?: string | null;
  readonly ntDomain?: string | null;
  readonly onboardingStatus?: string | null;
  readonly osBuild?: number | null;
  readonly osPlatform?: string | null;
  readonly rbacGroupId?: number | null;
  readonly rbacGroupName?: string | null;
  readonly resourceAccessEvents?: readonly GraphResourceAccessEvent[] | null;
  readonly riskScore?: string | null;
  readonly version?: string | null;
  readonly vmMetadata?: GraphVmMetadata | null;
}

/** resources/security-userevidence.md */
export interface GraphUserEvidence extends GraphAlertEvidence {
  readonly stream?: GraphStream | null;
  readonly userAccount?: GraphUserAccount | null;
}

/** resources/security-processevidence.md */
export interface GraphProcessEvidence extends GraphAlertEvidence {
  readonly detectionStatus?: string | null;
  readonly imageFile?: GraphFileDetails | null;
  readonly mdeDeviceId?: string | null;
  readonly parentProcessCreationDateTime?: string | null;
  readonly parentProcessId?: number | null;
  readonly parentProcessImageFile?: GraphFileDetails | null;
  readonly processCommandLine?: string | null;
  readonly processCreationDateTime?: string | null;
  readonly processId?: number | null;
  readonly userAccount?: GraphUserAccount | null;
}

/** resources/security-fileevidence.md */
export interface GraphFileEvidence extends GraphAlertEvidence {
  readonly detectionStatus?: string | null;
  readonly fileDetails?: GraphFileDetails | null;
  readonly mdeDeviceId?: string | null;
}

/** resources/security-ipevidence.md */
export interface GraphIpEvidence extends GraphAlertEvidence {
  readonly countryLetterCode?: string | null;
  readonly ipAddress?: string | null;
  readonly location?: GraphGeoLocation | null;
  readonly stream?: GraphStream | null;
}

/** resources/security-urlevidence.md */
export interface GraphUrlEvidence extends GraphAlertEvidence {
  readonly url?: string | null;
}

/** resources/security-registrykeyevidence.md */
export interface GraphRegistryKeyEvidence extends GraphAlertEvidence {
  readonly registryHive?: string | null;
  readonly registryKey?: string | null;
}

/** resources/security-registryvalueevidence.md */
export interface GraphRegistryValueEvidence extends GraphAlertEvidence {
  readonly mdeDeviceId?: string | null;
  readonly registryHive?: string | null;
  readonly registryKey?: string | null;
  readonly registryValue?: string | null;
  readonly registryValueName?: string | null;
  readonly registryValueType?: string | null;
}

/** resources/security-mailboxevidence.md */
export interface GraphMailboxEvidence extends GraphAlertEvidence {
  readonly displayName?: string | null;
  readonly primaryAddress?: string | null;
  readonly upn?: string | null;
  readonly userAccount?: GraphUserAccount | null;
}

/** resources/security-analyzedmessageevidence.md */
export interface GraphAnalyzedMessageEvidence extends GraphAlertEvidence {
  readonly antiSpamDirection?: string | null;
  readonly attachmentsCount?: number | null;
  readonly deliveryAction?: string | null;
  readonly deliveryLocation?: string | null;
  readonly internetMessageId?: string | null;
  readonly language?: string | null;
  readonly networkMessageId?: string | null;
  readonly p1Sender?: GraphEmailSender | null;
  readonly p2Sender?: GraphEmailSender | null;
  readonly receivedDateTime?: string | null;
  readonly recipientEmailAddress?: string | null;
  readonly senderIp?: string | null;
  readonly subject?: string | null;
  readonly threatDetectionMethods?: readonly string[] | null;
  readonly threats?: readonly string[] | null;
  readonly urlCount?: number | null;
  readonly urls?: readonly string[] | null;
  readonly urn?: string | null;
}

/** resources/security-mailclusterevidence.md */
export interface GraphMailClusterEvidence extends GraphAlertEvidence {
  readonly clusterBy?: string | null;
  readonly clusterByValue?: string | null;
  readonly emailCount?: number | null;
  readonly networkMessageIds?: readonly string[] | null;
  readonly query?: string | null;
  readonly urn?: string | null;
}

/** resources/security-securitygroupevidence.md */
export interface GraphSecurityGroupEvidence extends GraphAlertEvidence {
  readonly activeDirectoryObjectGuid?: string | null;
  readonly displayName?: string | null;
  readonly distinguishedName?: string | null;
  readonly friendlyName?: string | null;
  readonly securityGroupId?: string | null;
  readonly sid?: string | null;
}

/** resources/security-cloudapplicationevidence.md */
export interface GraphCloudApplicationEvidence extends GraphAlertEvidence {
  readonly appId?: number | null;
  readonly displayName?: string | null;
  readonly instanceId?: number | null;
  readonly instanceName?: string | null;
  readonly saasAppId?: number | null;
  readonly stream?: GraphStream | null;
}

/** resources/security-oauthapplicationevidence.md */
export interface GraphOauthApplicationEvidence extends GraphAlertEvidence {
  readonly appId?: string | null;
  readonly displayName?: string | null;
  readonly objectId?: string | null;
  readonly publisher?: string | null;
}

/** resources/security-azureresourceevidence.md */
export interface GraphAzureResourceEvidence extends GraphAlertEvidence {
  readonly resourceId?: string | null;
  readonly resourceName?: string | null;
  readonly resourceType?: string | null;
}

/** resources/security-loggedonuser.md */
export interface GraphLoggedOnUser {
  readonly accountName?: string | null;
  readonly domainName?: string | null;
}

/** resources/security-filedetails.md */
export interface GraphFileDetails {
  readonly fileName?: string | null;
  readonly filePath?: string | null;
  readonly filePublisher?: string | null;
  readonly fileSize?: number | null;
  readonly issuer?: string | null;
  readonly md5?: string | null;
  readonly sha1?: string | null;
  readonly sha256?: string | null;
  readonly sha256Ac?: string | null;
  readonly signer?: string | null;
}

/** resources/security-useraccount.md */
export interface GraphUserAccount {
  readonly accountName?: string | null;
  readonly activeDirectoryObjectGuid?: string | null;
  readonly azureAdUserId?: string | null;
  readonly displayName?: string | null;
  readonly domainName?: string | null;
  readonly resourceAccessEvents?: readonly GraphResourceAccessEvent[] | null;
  readonly tenantId?: string | null;
  readonly userPrincipalName?: string | null;
  readonly userSid?: string | null;
}

/** resources/security-emailsender.md */
export interface GraphEmailSender {
  readonly displayName?: string | null;
  readonly domainName?: string | null;
  readonly emailAddress?: string | null;
}

/** resources/security-stream.md */
export interface GraphStream {
  readonly name?: string | null;
}

/** resources/security-geolocation.md */
export interface GraphGeoLocation {
  readonly city?: string | null;
  readonly countryName?: string | null;
  readonly latitude?: number | null;
  readonly longitude?: number | null;
  readonly state?: string | null;
}

/** resources/security-vmmetadata.md */
export interface GraphVmMetadata {
  readonly cloudProvider?: string | null;
  readonly resourceId?: string | null;
  readonly subscriptionId?: string | null;
  readonly vmId?: string | null;
}

/** resources/security-resourceaccessevent.md */
export interface GraphResourceAccessEvent {
  readonly accessDateTime?: string | null;
  readonly accountId?: string | null;
  readonly ipAddress?: string | null;
  readonly resourceIdentifier?: string | null;
}
