import { hasId } from '../identified.ts';

/**
 * What Defender for Endpoint sends, property by property; pages are of `defender-endpoint/api`. Only what identifies an entity
 * is certain. Everything else may be missing or null, and words of enums are open: `unification` reads them with tolerance.
 */

/** machine.md */
export interface MdeMachine {
  /** 40 hex digits. */
  readonly id: string;
  readonly computerDnsName?: string | null;
  readonly firstSeen?: string | null;
  readonly lastSeen?: string | null;
  readonly osPlatform?: string | null;
  readonly onboardingStatus?: string | null;
  /** The table's spelling of `onboardingStatus`. */
  readonly onboardingstatus?: string | null;
  /** Deprecated in favour of `osArchitecture`. */
  readonly osProcessor?: string | null;
  readonly osArchitecture?: string | null;
  readonly version?: string | null;
  readonly osBuild?: number | null;
  readonly lastIpAddress?: string | null;
  readonly lastExternalIpAddress?: string | null;
  readonly healthStatus?: string | null;
  readonly deviceValue?: string | null;
  /** Text in the table, a number in every sample. */
  readonly rbacGroupId?: number | string | null;
  readonly rbacGroupName?: string | null;
  readonly riskScore?: string | null;
  readonly exposureLevel?: string | null;
  /** Only in samples. */
  readonly isAadJoined?: boolean | null;
  readonly aadDeviceId?: string | null;
  readonly machineTags?: readonly string[] | null;
  /** Absent in older samples. */
  readonly ipAddresses?: readonly MdeIpAddress[] | null;
}

/** exposed-apis-odata-samples.md */
export interface MdeIpAddress {
  readonly ipAddress?: string | null;
  /** Twelve hex digits without separators. */
  readonly macAddress?: string | null;
  readonly operationalStatus?: string | null;
}

/** alerts.md */
export interface MdeAlert {
  readonly id: string;
  readonly incidentId?: number | string | null;
  /** A number here, text on the investigation itself. */
  readonly investigationId?: number | string | null;
  readonly assignedTo?: string | null;
  readonly severity?: string | null;
  readonly status?: string | null;
  readonly classification?: string | null;
  readonly determination?: string | null;
  readonly investigationState?: string | null;
  readonly detectionSource?: string | null;
  readonly detectorId?: string | null;
  readonly category?: string | null;
  readonly threatFamilyName?: string | null;
  readonly threatName?: string | null;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly alertCreationTime?: string | null;
  readonly firstEventTime?: string | null;
  readonly lastEventTime?: string | null;
  readonly lastUpdateTime?: string | null;
  readonly resolvedTime?: string | null;
  readonly machineId?: string | null;
  readonly computerDnsName?: string | null;
  readonly rbacGroupName?: string | null;
  readonly aadTenantId?: string | null;
  /** Text in the table, an array in the samples. */
  readonly mitreTechniques?: readonly string[] | string | null;
  readonly relatedUser?: MdeRelatedUser | null;
  /** Seen in newer answers, on no page. */
  readonly loggedOnUsers?:
    | readonly { readonly accountName?: string | null; readonly domainName?: string | null }[]
    | null;
  readonly comments?: readonly MdeAlertComment[] | null;
  /** Empty in lists without `$expand=evidence`. */
  readonly evidence?: readonly MdeAlertEvidence[] | null;
}

/** alerts.md */
export interface MdeRelatedUser {
  readonly userName?: string | null;
  readonly domainName?: string | null;
}

/** alerts.md */
export interface MdeAlertComment {
  readonly comment?: string | null;
  readonly createdBy?: string | null;
  readonly createdTime?: string | null;
  /** The table's spelling of `createdTime`. */
  readonly createTime?: string | null;
}

/** alerts.md: one flat record for every kind, null where not applicable. */
export interface MdeAlertEvidence {
  readonly entityType?: string | null;
  readonly evidenceCreationTime?: string | null;
  readonly sha1?: string | null;
  readonly sha256?: string | null;
  readonly fileName?: string | null;
  readonly filePath?: string | null;
  readonly processId?: number | null;
  readonly processCommandLine?: string | null;
  readonly processCreationTime?: string | null;
  readonly parentProcessId?: number | null;
  readonly parentProcessCreationTime?: string | null;
  readonly parentProcessFileName?: string | null;
  readonly parentProcessFilePath?: string | null;
  readonly ipAddress?: string | null;
  readonly url?: string | null;
  readonly registryKey?: string | null;
  readonly registryHive?: string | null;
  readonly registryValueType?: string | null;
  readonly registryValue?: string | null;
  readonly accountName?: string | null;
  readonly domainName?: string | null;
  readonly userSid?: string | null;
  readonly aadUserId?: string | null;
  readonly userPrincipalName?: string | null;
  readonly detectionStatus?: string | null;
}

/** machineaction.md */
export interface MdeMachineAction {
  /** GUID. */
  readonly id: string;
  readonly type?: string | null;
  readonly title?: string | null;
  readonly scope?: string | null;
  readonly requestor?: string | null;
  readonly requestorComment?: string | null;
  readonly requestSource?: string | null;
  readonly externalID?: string | null;
  readonly status?: string | null;
  readonly machineId?: string | null;
  readonly computerDnsName?: string | null;
  readonly creationDateTimeUtc?: string | null;
  /** The table and newer samples. */
  readonly lastUpdateDateTimeUtc?: string | null;
  /** The list samples. */
  readonly lastUpdateTimeUtc?: string | null;
  readonly cancellationRequestor?: string | null;
  readonly cancellationComment?: string | null;
  readonly cancellationDateTimeUtc?: string | null;
  /** Only in the live response sample. */
  readonly errorHResult?: number | null;
  readonly relatedFileInfo?: MdeRelatedFileInfo | null;
  /** Live response only. */
  readonly commands?: readonly MdeCommandState[] | null;
}

/** machineaction.md */
export interface MdeRelatedFileInfo {
  readonly fileIdentifier?: string | null;
  readonly fileIdentifierType?: string | null;
}

/** run-live-response.md: a command of a session as it stands. */
export interface MdeCommandState {
  readonly index?: number | null;
  readonly startTime?: string | null;
  readonly endTime?: string | null;
  /** `Created`, `Completed`, `Failed`. */
  readonly commandStatus?: string | null;
  readonly errors?: readonly string[] | null;
  readonly command?: MdeCommand | null;
}

/** run-live-response.md: a command as it is sent, and as it comes back inside its state. */
export interface MdeCommand {
  /** `PutFile`, `RunScript`, `GetFile`. */
  readonly type: string;
  /** Keys: `FileName`; `ScriptName`, `Args`; `Path`. */
  readonly params: readonly MdeCommandParam[];
}

/** run-live-response.md */
export interface MdeCommandParam {
  readonly key: string;
  readonly value: string;
}

/** Something with the id of a machine. */
export const isMdeMachine = (value: unknown): value is MdeMachine => hasId(value, 'id');

/** Something with the id of an alert. */
export const isMdeAlert = (value: unknown): value is MdeAlert => hasId(value, 'id');

/** Something with the id of a machine action. */
export const isMdeMachineAction = (value: unknown): value is MdeMachineAction => hasId(value, 'id');
