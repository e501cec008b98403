/** The unified enum values, as the graph shows them. Tables to and from each API's own words are in `unification`. */
export const severities = ['UNKNOWN', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type Severity = (typeof severities)[number];

export const incidentStatuses = [
  'ACTIVE',
  'IN_PROGRESS',
  'RESOLVED',
  'REDIRECTED',
  'AWAITING_ACTION',
  'UNKNOWN',
] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export const alertStatuses = ['UNKNOWN', 'NEW', 'IN_PROGRESS', 'RESOLVED'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

export const classifications = [
  'UNKNOWN',
  'TRUE_POSITIVE',
  'FALSE_POSITIVE',
  'INFORMATIONAL_EXPECTED_ACTIVITY',
] as const;
export type Classification = (typeof classifications)[number];

export const determinations = [
  'UNKNOWN',
  'MULTI_STAGED_ATTACK',
  'MALICIOUS_USER_ACTIVITY',
  'COMPROMISED_ACCOUNT',
  'MALWARE',
  'PHISHING',
  'UNWANTED_SOFTWARE',
  'SECURITY_TESTING',
  'LINE_OF_BUSINESS',
  'CONFIRMED_ACTIVITY',
  'NOT_MALICIOUS',
  'INSUFFICIENT_DATA',
  'OTHER',
  'APT',
  'SECURITY_PERSONNEL',
] as const;
export type Determination = (typeof determinations)[number];

export const serviceSources = [
  'UNKNOWN',
  'MICROSOFT_DEFENDER_FOR_ENDPOINT',
  'MICROSOFT_DEFENDER_FOR_IDENTITY',
  'MICROSOFT_DEFENDER_FOR_CLOUD_APPS',
  'MICROSOFT_DEFENDER_FOR_OFFICE365',
  'MICROSOFT365_DEFENDER',
  'AZURE_AD_IDENTITY_PROTECTION',
  'MICROSOFT_APP_GOVERNANCE',
  'DATA_LOSS_PREVENTION',
  'MICROSOFT_DEFENDER_FOR_CLOUD',
  'MICROSOFT_SENTINEL',
  'MICROSOFT_INSIDER_RISK_MANAGEMENT',
  'MICROSOFT_THREAT_INTELLIGENCE',
  'MICROSOFT_SECURITY_FOR_AI',
] as const;
export type ServiceSource = (typeof serviceSources)[number];

export const investigationStates = [
  'UNKNOWN',
  'TERMINATED',
  'SUCCESSFULLY_REMEDIATED',
  'BENIGN',
  'FAILED',
  'PARTIALLY_REMEDIATED',
  'RUNNING',
  'PENDING_APPROVAL',
  'PENDING_RESOURCE',
  'QUEUED',
  'INNER_FAILURE',
  'PREEXISTING_ALERT',
  'UNSUPPORTED_OS',
  'UNSUPPORTED_ALERT_TYPE',
  'SUPPRESSED_ALERT',
  'PARTIALLY_INVESTIGATED',
  'TERMINATED_BY_USER',
  'TERMINATED_BY_SYSTEM',
] as const;
export type InvestigationState = (typeof investigationStates)[number];

export const evidenceVerdicts = ['UNKNOWN', 'SUSPICIOUS', 'MALICIOUS', 'NO_THREATS_FOUND'] as const;
export type EvidenceVerdict = (typeof evidenceVerdicts)[number];

export const healthStatuses = [
  'ACTIVE',
  'INACTIVE',
  'IMPAIRED_COMMUNICATION',
  'NO_SENSOR_DATA',
  'NO_SENSOR_DATA_IMPAIRED_COMMUNICATION',
  'UNKNOWN',
] as const;
export type MachineHealthStatus = (typeof healthStatuses)[number];

export const riskScores = ['UNKNOWN', 'NONE', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type MachineRiskScore = (typeof riskScores)[number];

export const exposureLevels = ['UNKNOWN', 'NONE', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type ExposureLevel = (typeof exposureLevels)[number];

export const deviceValues = ['UNKNOWN', 'LOW', 'NORMAL', 'HIGH'] as const;
export type DeviceValue = (typeof deviceValues)[number];

export const onboardingStatuses = [
  'UNKNOWN',
  'ONBOARDED',
  'CAN_BE_ONBOARDED',
  'UNSUPPORTED',
  'INSUFFICIENT_INFO',
] as const;
export type OnboardingStatus = (typeof onboardingStatuses)[number];

export const machineActionTypes = [
  'ISOLATE',
  'UNISOLATE',
  'RUN_ANTI_VIRUS_SCAN',
  'RESTRICT_CODE_EXECUTION',
  'UNRESTRICT_CODE_EXECUTION',
  'COLLECT_INVESTIGATION_PACKAGE',
  'STOP_AND_QUARANTINE_FILE',
  'LIVE_RESPONSE',
  'OFFBOARD',
  'OTHER',
] as const;
export type MachineActionType = (typeof machineActionTypes)[number];

export const machineActionStatuses = [
  'PENDING',
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'TIME_OUT',
  'CANCELLED',
  'UNKNOWN',
] as const;
export type MachineActionStatus = (typeof machineActionStatuses)[number];

export const liveResponseCommandTypes = ['PUT_FILE', 'RUN_SCRIPT', 'GET_FILE', 'OTHER'] as const;
export type LiveResponseCommandType = (typeof liveResponseCommandTypes)[number];

/** The API that an entity was read from. */
export const sourceApis = ['GRAPH', 'M365D', 'MDE'] as const;
export type SourceApi = (typeof sourceApis)[number];
