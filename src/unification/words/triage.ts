import {
  type AlertStatus,
  alertStatuses,
  type Classification,
  classifications,
  type Determination,
  determinations,
  type IncidentStatus,
  incidentStatuses,
  type Severity,
  severities,
} from '../../domain/enums.ts';
import { readerOf, type WordTable } from './words.ts';

/** alerts.md, api-incident.md, resources/security-alert.md */
export const severityWords = {
  UNKNOWN: { graph: 'unknown', m365d: 'UnSpecified', mde: 'UnSpecified' },
  INFORMATIONAL: { graph: 'informational', m365d: 'Informational', mde: 'Informational' },
  LOW: { graph: 'low', m365d: 'Low', mde: 'Low' },
  MEDIUM: { graph: 'medium', m365d: 'Medium', mde: 'Medium' },
  HIGH: { graph: 'high', m365d: 'High', mde: 'High' },
} satisfies WordTable<Severity>;

/** api-incident.md, resources/security-incident.md; MDE has no incidents. */
export const incidentStatusWords = {
  ACTIVE: { graph: 'active', m365d: 'Active', mde: null },
  IN_PROGRESS: { graph: 'inProgress', m365d: 'InProgress', mde: null },
  RESOLVED: { graph: 'resolved', m365d: 'Resolved', mde: null },
  REDIRECTED: { graph: 'redirected', m365d: 'Redirected', mde: null },
  AWAITING_ACTION: { graph: 'awaitingAction', m365d: null, mde: null },
  UNKNOWN: { graph: null, m365d: null, mde: null },
} satisfies WordTable<IncidentStatus>;

/** alerts.md, api-list-incidents.md (where `Active` means in progress), resources/security-alert.md */
export const alertStatusWords = {
  UNKNOWN: { graph: 'unknown', m365d: null, mde: 'Unknown' },
  NEW: { graph: 'new', m365d: 'New', mde: 'New' },
  IN_PROGRESS: { graph: 'inProgress', m365d: 'InProgress', mde: 'InProgress', also: ['Active'] },
  RESOLVED: { graph: 'resolved', m365d: 'Resolved', mde: 'Resolved' },
} satisfies WordTable<AlertStatus>;

/** update-alert.md, api-update-incidents.md, security-alert-update.md; only Graph has a word for taking one back. */
export const classificationWords = {
  UNKNOWN: { graph: 'unknown', m365d: null, mde: null },
  TRUE_POSITIVE: { graph: 'truePositive', m365d: 'TruePositive', mde: 'TruePositive' },
  FALSE_POSITIVE: { graph: 'falsePositive', m365d: 'FalsePositive', mde: 'FalsePositive' },
  INFORMATIONAL_EXPECTED_ACTIVITY: {
    graph: 'informationalExpectedActivity',
    m365d: 'InformationalExpectedActivity',
    mde: 'InformationalExpectedActivity',
    // The entity pages print "Informational, expected activity".
    also: ['Informational'],
  },
} satisfies WordTable<Classification>;

/**
 * Pages of one API contradict each other here. Sent is what the update pages list (for Graph, what its metadata lists); read is
 * every spelling of update-alert.md, api-update-incidents.md, api-incident.md and the Graph pages. The words of the last two
 * rows were withdrawn in 2022 everywhere but in Graph's enum.
 */
export const determinationWords = {
  UNKNOWN: { graph: 'unknown', m365d: null, mde: null, also: ['NotAvailable'] },
  MULTI_STAGED_ATTACK: { graph: 'multiStagedAttack', m365d: 'MultiStagedAttack', mde: 'MultiStagedAttack' },
  MALICIOUS_USER_ACTIVITY: {
    graph: 'maliciousUserActivity',
    m365d: 'MaliciousUserActivity',
    mde: 'MaliciousUserActivity',
  },
  COMPROMISED_ACCOUNT: { graph: 'compromisedAccount', m365d: 'CompromisedAccount', mde: 'CompromisedUser' },
  MALWARE: { graph: 'malware', m365d: 'Malware', mde: 'Malware' },
  PHISHING: { graph: 'phishing', m365d: 'Phishing', mde: 'Phishing' },
  UNWANTED_SOFTWARE: { graph: 'unwantedSoftware', m365d: 'UnwantedSoftware', mde: 'UnwantedSoftware' },
  SECURITY_TESTING: { graph: 'securityTesting', m365d: 'SecurityTesting', mde: 'SecurityTesting' },
  LINE_OF_BUSINESS: {
    graph: 'lineOfBusinessApplication',
    m365d: 'LineOfBusinessApplication',
    mde: 'LineOfBusinessApplication',
  },
  CONFIRMED_ACTIVITY: { graph: 'confirmedActivity', m365d: 'ConfirmedActivity', mde: 'ConfirmedUserActivity' },
  NOT_MALICIOUS: { graph: 'notMalicious', m365d: 'Clean', mde: 'Clean' },
  INSUFFICIENT_DATA: {
    graph: 'notEnoughDataToValidate',
    m365d: 'NoEnoughDataToValidate',
    mde: 'InsufficientData',
  },
  OTHER: { graph: 'other', m365d: 'Other', mde: 'Other' },
  APT: { graph: 'apt', m365d: null, mde: null },
  SECURITY_PERSONNEL: { graph: 'securityPersonnel', m365d: null, mde: null },
} satisfies WordTable<Determination>;

/** Any API's word; `UNKNOWN` for an unknown one. */
export const readSeverity = readerOf(severities, severityWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readIncidentStatus = readerOf(incidentStatuses, incidentStatusWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readAlertStatus = readerOf(alertStatuses, alertStatusWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readClassification = readerOf(classifications, classificationWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readDetermination = readerOf(determinations, determinationWords, 'UNKNOWN');
