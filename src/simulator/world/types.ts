import type { WorldFile, WorldMachine, WorldProcess, WorldUser } from './entity-types.ts';
import type { GraphOnlyKind } from './graph-only.ts';
import type { WorldAction, WorldIndicator, WorldInvestigation, WorldLibraryFile } from './response-types.ts';

export type { WorldFile, WorldMachine, WorldProcess, WorldUser } from './entity-types.ts';
export type {
  WorldAction,
  WorldCommandState,
  WorldIndicator,
  WorldInvestigation,
  WorldLibraryFile,
} from './response-types.ts';

/**
 * One tenant's estate in neutral form: the three APIs render it, each in its own shape. All times are ISO 8601 text in
 * UTC with up to 7 fractional digits; ids are in Microsoft's forms.
 */
export type Severity = 'informational' | 'low' | 'medium' | 'high';
export type Classification = 'unknown' | 'falsePositive' | 'truePositive' | 'informationalExpectedActivity';
/** Graph's names of the metadata. */
export type Determination =
  | 'unknown'
  | 'malware'
  | 'securityTesting'
  | 'unwantedSoftware'
  | 'other'
  | 'multiStagedAttack'
  | 'compromisedAccount'
  | 'phishing'
  | 'maliciousUserActivity'
  | 'notMalicious'
  | 'notEnoughDataToValidate'
  | 'confirmedActivity'
  | 'lineOfBusinessApplication';

export interface Comment {
  readonly text: string;
  readonly author: string;
  readonly at: string;
}

/** What an alert points at. `roles`, `verdict` and `remediationStatus` are Graph's enum names. */
export type WorldEvidence = {
  readonly createdAt: string;
  readonly verdict: 'unknown' | 'suspicious' | 'malicious' | 'noThreatsFound';
  remediationStatus: string;
  readonly roles: readonly string[];
} & (
  | { readonly type: 'device'; readonly machine: WorldMachine }
  | { readonly type: 'user'; readonly user: WorldUser }
  | {
      readonly type: 'file';
      readonly file: WorldFile;
      readonly machine: WorldMachine;
      detectionStatus: string;
    }
  | {
      readonly type: 'process';
      readonly process: WorldProcess;
      readonly machine: WorldMachine;
      detectionStatus: string;
    }
  | { readonly type: 'ip'; readonly ipAddress: string; readonly countryLetterCode: string | null }
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'registryKey'; readonly hive: string; readonly key: string }
  | {
      readonly type: 'registryValue';
      readonly hive: string;
      readonly key: string;
      readonly valueName: string;
      readonly value: string;
      readonly valueType: string;
      readonly machine: WorldMachine;
    }
  | {
      readonly type: 'mailbox';
      readonly primaryAddress: string;
      readonly displayName: string;
      readonly user: WorldUser;
    }
  | {
      readonly type: 'mailMessage';
      readonly networkMessageId: string;
      readonly subject: string;
      readonly sender: string;
      readonly recipient: string;
      readonly deliveryAction: string;
      readonly receivedAt: string;
    }
  | { readonly type: 'mailCluster'; readonly clusterBy: string; readonly query: string; readonly emailCount: number }
  | { readonly type: 'securityGroup'; readonly securityGroupId: string; readonly displayName: string }
  | {
      readonly type: 'cloudApplication';
      readonly appId: number;
      readonly displayName: string;
      readonly instanceName: string;
    }
  | {
      readonly type: 'oauthApplication';
      readonly appId: string;
      readonly displayName: string;
      readonly publisher: string;
    }
  | {
      readonly type: 'azureResource';
      readonly resourceId: string;
      readonly resourceName: string;
      readonly resourceType: string;
    }
  /** Seen on that machine, or of that user, where the kind has them. */
  | {
      readonly type: 'graphOnly';
      readonly kind: GraphOnlyKind;
      readonly machine: WorldMachine | null;
      readonly user: WorldUser | null;
    }
  /** A type that no client knows yet: clients must keep it. */
  | { readonly type: 'unheardOf'; readonly note: string }
);

export interface WorldAlert {
  /** MDE-born: `da<digits>_<digits>`; other products have prefixes of their own (`ca<GUID>` Cloud Apps, `fa<GUID>` Office). */
  readonly id: string;
  /** Digits as text. */
  incidentId: string;
  readonly title: string;
  readonly description: string;
  readonly recommendedActions: string;
  readonly category: string;
  readonly severity: Severity;
  status: 'new' | 'inProgress' | 'resolved';
  /** `null` until somebody judged it; `unknown` is a judgement too. */
  classification: Classification | null;
  determination: Determination | null;
  assignedTo: string | null;
  /** Graph's enum, e.g. `microsoftDefenderForEndpoint`, `microsoftDefenderForCloudApps`, `microsoftDefenderForOffice365`. */
  readonly serviceSource: string;
  /** Graph's enum, e.g. `microsoftDefenderForEndpoint`, `antivirus`, `cloudAppSecurity`. */
  readonly detectionSource: string;
  readonly detectorId: string;
  investigationId: number | null;
  readonly investigationState: string;
  readonly createdAt: string;
  updatedAt: string;
  resolvedAt: string | null;
  readonly firstActivityAt: string;
  readonly lastActivityAt: string;
  readonly mitreTechniques: readonly string[];
  readonly threatName: string | null;
  readonly threatFamilyName: string | null;
  readonly actorName: string | null;
  /** The machine of an MDE-born alert. */
  readonly machine: WorldMachine | null;
  comments: Comment[];
  readonly evidence: readonly WorldEvidence[];
}

export interface WorldIncident {
  /** Digits as text. */
  readonly id: string;
  /** Set on an incident that was merged into another; its status is then `redirected`. */
  redirectIncidentId: string | null;
  readonly displayName: string;
  readonly description: string;
  severity: Severity;
  status: 'active' | 'inProgress' | 'resolved' | 'redirected' | 'awaitingAction';
  /** `null` until somebody judged it; `unknown` is a judgement too. */
  classification: Classification | null;
  determination: Determination | null;
  assignedTo: string | null;
  tags: string[];
  readonly systemTags: readonly string[];
  readonly priorityScore: number | null;
  readonly createdAt: string;
  updatedAt: string;
  lastModifiedBy: string;
  comments: Comment[];
}

export interface TenantWorld {
  /** e.g. `contoso`. */
  readonly name: string;
  /** GUID. */
  readonly tenantId: string;
  readonly users: readonly WorldUser[];
  readonly machines: readonly WorldMachine[];
  /** Newest first; tests may put new ones in front. */
  readonly incidents: WorldIncident[];
  /** Newest first; tests may put new ones in front. */
  readonly alerts: WorldAlert[];
  /** Newest first; grows as actions are submitted. */
  readonly actions: WorldAction[];
  /** Scripts and files that live response may use. */
  readonly libraryFiles: Map<string, WorldLibraryFile>;
  /** Newest first; grows as investigations are started. */
  readonly investigations: WorldInvestigation[];
  /** Oldest first, as MDE numbers them. */
  readonly indicators: WorldIndicator[];
}
