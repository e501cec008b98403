import {
  type EvidenceVerdict,
  evidenceVerdicts,
  type InvestigationState,
  investigationStates,
  type ServiceSource,
  serviceSources,
} from '../../domain/enums.ts';
import { namesOf, readerOf, type WordTable } from './words.ts';

/** The product that raised an alert. resources/security-alert.md; M365D's words are of the sample in api-list-incidents.md. */
export const serviceSourceWords = {
  UNKNOWN: { graph: 'unknown', m365d: null, mde: null },
  MICROSOFT_DEFENDER_FOR_ENDPOINT: {
    graph: 'microsoftDefenderForEndpoint',
    m365d: 'MicrosoftDefenderATP',
    mde: null,
    also: ['WindowsDefenderATP'],
  },
  MICROSOFT_DEFENDER_FOR_IDENTITY: { graph: 'microsoftDefenderForIdentity', m365d: 'AzureATP', mde: null },
  MICROSOFT_DEFENDER_FOR_CLOUD_APPS: {
    graph: 'microsoftDefenderForCloudApps',
    m365d: 'MicrosoftCloudAppSecurity',
    mde: null,
    also: ['MCAS', 'CloudAppSecurity'],
  },
  MICROSOFT_DEFENDER_FOR_OFFICE365: { graph: 'microsoftDefenderForOffice365', m365d: 'OfficeATP', mde: null },
  MICROSOFT365_DEFENDER: {
    graph: 'microsoft365Defender',
    m365d: 'MTP',
    mde: null,
    also: ['MicrosoftThreatProtection'],
  },
  AZURE_AD_IDENTITY_PROTECTION: {
    graph: 'azureAdIdentityProtection',
    m365d: 'AadIdentityProtection',
    mde: null,
    also: ['AAD', 'IPC'],
  },
  MICROSOFT_APP_GOVERNANCE: { graph: 'microsoftAppGovernance', m365d: 'AppGovernance', mde: null },
  DATA_LOSS_PREVENTION: {
    graph: 'dataLossPrevention',
    m365d: 'MicrosoftDataLossPrevention',
    mde: null,
    also: ['DLP'],
  },
  MICROSOFT_DEFENDER_FOR_CLOUD: { graph: 'microsoftDefenderForCloud', m365d: null, mde: null },
  MICROSOFT_SENTINEL: { graph: 'microsoftSentinel', m365d: null, mde: null },
  MICROSOFT_INSIDER_RISK_MANAGEMENT: { graph: 'microsoftInsiderRiskManagement', m365d: null, mde: null },
  MICROSOFT_THREAT_INTELLIGENCE: { graph: 'microsoftThreatIntelligence', m365d: null, mde: null },
  MICROSOFT_SECURITY_FOR_AI: { graph: 'microsoftSecurityForAI', m365d: null, mde: null },
} satisfies WordTable<ServiceSource>;

/** The three APIs differ in nothing but the case of the first letter. */
const cased = (graph: string) => {
  const pascal = graph.charAt(0).toUpperCase() + graph.slice(1);
  return { graph, m365d: pascal, mde: pascal };
};

/** alerts.md, resources/security-alert.md */
export const investigationStateWords = {
  UNKNOWN: cased('unknown'),
  TERMINATED: cased('terminated'),
  SUCCESSFULLY_REMEDIATED: cased('successfullyRemediated'),
  BENIGN: cased('benign'),
  FAILED: cased('failed'),
  PARTIALLY_REMEDIATED: cased('partiallyRemediated'),
  RUNNING: cased('running'),
  PENDING_APPROVAL: cased('pendingApproval'),
  PENDING_RESOURCE: cased('pendingResource'),
  QUEUED: cased('queued'),
  INNER_FAILURE: cased('innerFailure'),
  PREEXISTING_ALERT: cased('preexistingAlert'),
  UNSUPPORTED_OS: cased('unsupportedOs'),
  UNSUPPORTED_ALERT_TYPE: cased('unsupportedAlertType'),
  SUPPRESSED_ALERT: cased('suppressedAlert'),
  PARTIALLY_INVESTIGATED: cased('partiallyInvestigated'),
  TERMINATED_BY_USER: cased('terminatedByUser'),
  TERMINATED_BY_SYSTEM: cased('terminatedBySystem'),
} satisfies WordTable<InvestigationState>;

/** resources/security-alertevidence.md */
export const evidenceVerdictWords = {
  UNKNOWN: cased('unknown'),
  SUSPICIOUS: cased('suspicious'),
  MALICIOUS: cased('malicious'),
  NO_THREATS_FOUND: cased('noThreatsFound'),
} satisfies WordTable<EvidenceVerdict>;

/** Any API's word; `UNKNOWN` for an unknown one. */
export const readServiceSource = readerOf(serviceSources, serviceSourceWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readInvestigationState = readerOf(investigationStates, investigationStateWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readVerdict = readerOf(evidenceVerdicts, evidenceVerdictWords, 'UNKNOWN');

/** The sensor: Graph's name where it has one for what MDE and M365D call otherwise. */
export const readDetectionSource = namesOf(
  [
    'unknown',
    'microsoftDefenderForEndpoint',
    'antivirus',
    'smartScreen',
    'customTi',
    'microsoftDefenderForOffice365',
    'automatedInvestigation',
    'microsoftThreatExperts',
    'customDetection',
    'microsoftDefenderForIdentity',
    'cloudAppSecurity',
    'microsoft365Defender',
    'azureAdIdentityProtection',
    'manual',
    'microsoftDataLossPrevention',
    'appGovernancePolicy',
    'appGovernanceDetection',
    'microsoftDefenderForCloud',
    'microsoftSentinel',
  ],
  {
    WindowsDefenderAtp: 'microsoftDefenderForEndpoint',
    MicrosoftDefenderATP: 'microsoftDefenderForEndpoint',
    WindowsDefenderAv: 'antivirus',
    WindowsDefenderSmartScreen: 'smartScreen',
    CustomerTI: 'customTi',
    OfficeATP: 'microsoftDefenderForOffice365',
    ThreatExperts: 'microsoftThreatExperts',
    AzureATP: 'microsoftDefenderForIdentity',
    MCAS: 'cloudAppSecurity',
    MicrosoftCloudAppSecurity: 'cloudAppSecurity',
    MTP: 'microsoft365Defender',
    MicrosoftThreatProtection: 'microsoft365Defender',
    AadIdentityProtection: 'azureAdIdentityProtection',
  },
);

/** What became of a file or process: MDE prints `Detected`. */
export const readDetectionStatus = namesOf(['detected', 'blocked', 'prevented']);

/** What was done about a piece of evidence. */
export const readRemediationStatus = namesOf([
  'none',
  'remediated',
  'prevented',
  'blocked',
  'notFound',
  'active',
  'pendingApproval',
  'declined',
  'unremediated',
  'running',
  'partiallyRemediated',
]);
