import { hasId, type Identified } from '../identified.ts';

/**
 * What Microsoft 365 Defender sends; pages are of `defender-xdr`. Only what identifies an entity is certain: the tables of
 * fields in `unification` say what else is read, and how.
 */

/** api-incident.md, api-list-incidents.md: the whole tree of alerts, devices and entities comes inside. */
export interface M365dIncident extends Identified<'incidentId', number | string> {
  readonly alerts?: readonly M365dAlert[] | null;
}

/** api-list-incidents.md */
export interface M365dAlert extends Identified<'alertId'> {
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
