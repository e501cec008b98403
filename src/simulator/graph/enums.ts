import type { SimRequest } from '../http/types.ts';

/**
 * Members of Graph's evolvable enums that come after `unknownFutureValue`: sent only to callers who ask for them.
 * https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
 */
const lateMembers = {
  incidentStatus: ['awaitingAction'],
  serviceSource: [
    'microsoftDefenderForCloud',
    'microsoftSentinel',
    'microsoftInsiderRiskManagement',
    'microsoftThreatIntelligence',
    'microsoftSecurityForAI',
    'microsoftDefenderForAgents',
  ],
  detectionSource: [
    'microsoftDefenderForCloud',
    'microsoftDefenderForIoT',
    'microsoftDefenderForServers',
    'microsoftDefenderForStorage',
    'microsoftDefenderForDNS',
    'microsoftDefenderForDatabases',
    'microsoftDefenderForContainers',
    'microsoftDefenderForNetwork',
    'microsoftDefenderForAppService',
    'microsoftDefenderForKeyVault',
    'microsoftDefenderForResourceManager',
    'microsoftDefenderForApiManagement',
    'nrtAlerts',
    'scheduledAlerts',
    'microsoftDefenderThreatIntelligenceAnalytics',
    'builtInMl',
    'microsoftInsiderRiskManagement',
    'microsoftThreatIntelligence',
    'microsoftDefenderForAIServices',
    'securityCopilot',
    'microsoftSentinel',
  ],
  remediationStatus: ['active', 'pendingApproval', 'declined', 'unremediated', 'running', 'partiallyRemediated'],
} as const satisfies Record<string, readonly string[]>;

/** An enum's value as this caller gets it. */
export type Spell = (kind: keyof typeof lateMembers, value: string) => string;

const preference = 'include-unknown-enum-members';

/** Whether the request has `Prefer: include-unknown-enum-members`. */
export function asksForLateMembers(request: SimRequest): boolean {
  return (request.headers.prefer ?? '').split(',').some((part) => part.trim().toLowerCase() === preference);
}

/** How enum values are spelled for the request: late members as `unknownFutureValue` unless its `Prefer` asks for them. */
export function spellingFor(request: SimRequest): Spell {
  if (asksForLateMembers(request)) return (_kind, value) => value;
  return (kind, value) => {
    const late: readonly string[] = lateMembers[kind];
    return late.includes(value) ? 'unknownFutureValue' : value;
  };
}

/** Says that the preference was honoured. */
export function preferenceHeaders(request: SimRequest): Readonly<Record<string, string>> {
  return asksForLateMembers(request) ? { 'preference-applied': preference } : {};
}

/** `alertSeverity` */
export const severities = ['unknown', 'informational', 'low', 'medium', 'high'] as const;

/** `alertClassification` */
export const classifications = ['unknown', 'falsePositive', 'truePositive', 'informationalExpectedActivity'] as const;

/** The metadata also still has `apt` and `securityPersonnel`, withdrawn in 2022: refused here. */
export const determinations = [
  'unknown',
  'malware',
  'securityTesting',
  'unwantedSoftware',
  'other',
  'multiStagedAttack',
  'compromisedAccount',
  'phishing',
  'maliciousUserActivity',
  'notMalicious',
  'notEnoughDataToValidate',
  'confirmedActivity',
  'lineOfBusinessApplication',
] as const;

/** `incidentStatus` */
export const incidentStatuses = ['active', 'inProgress', 'resolved', 'redirected', 'awaitingAction'] as const;
/** `alertStatus` */
export const alertStatuses = ['unknown', 'new', 'inProgress', 'resolved'] as const;
/** `serviceSource` */
export const serviceSources = [
  'unknown',
  'microsoftDefenderForEndpoint',
  'microsoftDefenderForIdentity',
  'microsoftDefenderForCloudApps',
  'microsoftDefenderForOffice365',
  'microsoft365Defender',
  'azureAdIdentityProtection',
  'microsoftAppGovernance',
  'dataLossPrevention',
  ...lateMembers.serviceSource,
] as const;
