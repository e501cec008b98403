import { hasId } from '../identified.ts';

/**
 * What Microsoft 365 Defender sends, property by property; pages are of `defender-xdr`. Only what identifies an entity is
 * certain. Everything else may be missing or null, and words of enums are open.
 */

/** api-incident.md, api-list-incidents.md: the whole tree of alerts, devices and entities comes inside. */
export interface M365dIncident {
  /** A number, and a number only here: Graph sends text. */
  readonly incidentId: number | string;
  /** Set when merged into another incident. */
  readonly redirectIncidentId?: number | string | null;
  readonly incidentName?: string | null;
  readonly createdTime?: string | null;
  readonly lastUpdateTime?: string | null;
  readonly assignedTo?: string | null;
  readonly classification?: string | null;
  readonly determination?: string | null;
  readonly status?: string | null;
  readonly severity?: string | null;
  readonly tags?: readonly string[] | null;
  readonly comments?: readonly M365dComment[] | null;
  /** Named in the field table, absent from the sample. */
  readonly detectionSource?: string | null;
  /** Seen in newer answers, on no page. */
  readonly incidentUri?: string | null;
  readonly alerts?: readonly M365dAlert[] | null;
}

/** api-list-incidents.md */
export interface M365dComment {
  readonly comment?: string | null;
  readonly createdBy?: string | null;
  readonly createdTime?: string | null;
  /** The resource page's spelling of `createdTime`. */
  readonly createTime?: string | null;
}

/** api-list-incidents.md */
export interface M365dAlert {
  readonly alertId: string;
  /** Seen in newer answers, on no page. */
  readonly providerAlertId?: string | null;
  readonly incidentId?: number | string | null;
  readonly serviceSource?: string | null;
  readonly creationTime?: string | null;
  /** `Updated` here, `lastUpdateTime` on the incident and on MDE's alerts. */
  readonly lastUpdatedTime?: string | null;
  readonly resolvedTime?: string | null;
  readonly firstActivity?: string | null;
  readonly lastActivity?: string | null;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly category?: string | null;
  readonly status?: string | null;
  readonly severity?: string | null;
  readonly investigationId?: number | string | null;
  readonly investigationState?: string | null;
  readonly classification?: string | null;
  readonly determination?: string | null;
  readonly detectionSource?: string | null;
  /** Seen in newer answers, on no page. */
  readonly detectorId?: string | null;
  readonly assignedTo?: string | null;
  readonly actorName?: string | null;
  readonly threatFamilyName?: string | null;
  readonly mitreTechniques?: readonly string[] | string | null;
  readonly devices?: readonly M365dDevice[] | null;
  readonly entities?: readonly M365dEntity[] | null;
}

/** api-list-incidents.md */
export interface M365dDevice {
  /** The sample's name of MDE's machine id. */
  readonly mdatpDeviceId?: string | null;
  /** The table's name of MDE's machine id. */
  readonly DeviceId?: string | null;
  readonly deviceId?: string | null;
  readonly aadDeviceId?: string | null;
  readonly deviceDnsName?: string | null;
  readonly osPlatform?: string | null;
  readonly version?: string | null;
  readonly osProcessor?: string | null;
  readonly osBuild?: number | null;
  readonly healthStatus?: string | null;
  readonly riskScore?: string | null;
  readonly rbacGroupName?: string | null;
  readonly rbacGroupId?: number | string | null;
  readonly firstSeen?: string | null;
}

/** api-list-incidents.md: one flat record for every kind, null where not applicable. */
export interface M365dEntity {
  readonly entityType?: string | null;
  readonly sha1?: string | null;
  readonly sha256?: string | null;
  readonly fileName?: string | null;
  readonly filePath?: string | null;
  readonly processCommandLine?: string | null;
  readonly ipAddress?: string | null;
  readonly url?: string | null;
  readonly accountName?: string | null;
  readonly domainName?: string | null;
  readonly userSid?: string | null;
  readonly aadUserId?: string | null;
  readonly userPrincipalName?: string | null;
  readonly mailboxDisplayName?: string | null;
  readonly mailboxAddress?: string | null;
  readonly clusterBy?: string | null;
  readonly sender?: string | null;
  readonly recipient?: string | null;
  readonly subject?: string | null;
  readonly deliveryAction?: string | null;
  readonly securityGroupId?: string | null;
  readonly securityGroupName?: string | null;
  readonly registryHive?: string | null;
  readonly registryKey?: string | null;
  readonly registryValueType?: string | null;
  readonly registryValue?: string | null;
  readonly deviceId?: string | null;
  readonly processId?: number | null;
  readonly parentProcessId?: number | null;
  readonly processCreationTime?: string | null;
  readonly parentProcessCreationTime?: string | null;
  /** Seen in newer answers, on no page. */
  readonly evidenceCreationTime?: string | null;
  /** Seen in newer answers, on no page. */
  readonly verdict?: string | null;
  /** Seen in newer answers, on no page. */
  readonly remediationStatus?: string | null;
  /** Seen in newer answers, on no page. */
  readonly detectionStatus?: string | null;
}

/** Something with the id of an incident. */
export const isM365dIncident = (value: unknown): value is M365dIncident => hasId(value, 'incidentId');
