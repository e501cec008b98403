import { inTime, type LibraryParameter, type LibraryQueries, lines, newestFirst, parameters } from './library-query.ts';

const tables = ['AlertInfo', 'AlertEvidence'];
const facts = 'Timestamp, AlertId, Title, Category, Severity, ServiceSource, DetectionSource, AttackTechniques';

/** Alerts by what their evidence is; one row for an alert and piece of evidence. */
const withEvidence = (condition: string, columns: string): string =>
  lines(
    'AlertEvidence',
    inTime,
    condition,
    `| project AlertId, EntityType, EvidenceRole, ${columns}`,
    `| join kind=inner (AlertInfo ${inTime} | project ${facts}) on AlertId`,
    `| project ${facts}, EntityType, EvidenceRole, ${columns}`,
    newestFirst,
  );

const text = (about: string): LibraryParameter => ({ type: 'STRING', about });

/** Alerts of all products, by what they name. */
export const alerts = {
  alerts: {
    about: 'All alerts.',
    tables: ['AlertInfo'],
    parameters: {},
    alsoKnownAs: ['list_alerts'],
    kql: lines('AlertInfo', inTime, newestFirst),
  },
  alertsWithEvidence: {
    about: 'All alerts, a row for each piece of their evidence.',
    tables,
    parameters: {},
    alsoKnownAs: ['list_alerts_with_evidence'],
    kql: withEvidence(
      '| where isnotempty(EntityType)',
      'DeviceName, AccountName, FileName, SHA1, RemoteIP, RemoteUrl, ProcessCommandLine',
    ),
  },
  alertsOfMachine: {
    about: 'Alerts whose evidence names a machine.',
    tables,
    parameters: { machine: parameters.machine },
    alsoKnownAs: ['host_alerts'],
    kql: withEvidence(
      '| where DeviceId =~ machine or DeviceName =~ machine or DeviceName startswith strcat(machine, ".")',
      'DeviceId, DeviceName',
    ),
  },
  alertsOfAddress: {
    about: 'Alerts whose evidence has an IP address.',
    tables,
    parameters: { address: parameters.address },
    alsoKnownAs: ['ip_alerts'],
    kql: withEvidence('| where RemoteIP =~ address or LocalIP =~ address', 'LocalIP, RemoteIP, DeviceName'),
  },
  alertsOfUrl: {
    about: 'Alerts whose evidence has a URL.',
    tables,
    parameters: { url: parameters.url },
    alsoKnownAs: ['url_alerts'],
    kql: withEvidence('| where RemoteUrl contains url', 'RemoteUrl, DeviceName'),
  },
  alertsOfFile: {
    about: 'Alerts whose evidence has a file, by its SHA-1 or SHA-256. Microsoft often leaves the SHA-256 out.',
    tables,
    parameters: { hash: text('SHA-1 or SHA-256 of a file, in hex.') },
    alsoKnownAs: ['sha1_alerts', 'sha256_alerts'],
    kql: withEvidence('| where SHA1 =~ hash or SHA256 =~ hash', 'FileName, FolderPath, SHA1, SHA256, DeviceName'),
  },
  alertsOfProcess: {
    about: 'Alerts whose evidence has a process of an image.',
    tables,
    parameters: { file: parameters.file },
    alsoKnownAs: ['process_alerts'],
    kql: withEvidence(
      '| where EntityType == "Process" and FileName =~ file',
      'FileName, FolderPath, SHA1, ProcessCommandLine, DeviceName',
    ),
  },
  alertsOfUser: {
    about: 'Alerts whose evidence names a user.',
    tables,
    parameters: { account: text('The name of an account, or a user principal name.') },
    alsoKnownAs: ['user_alerts'],
    kql: withEvidence(
      '| where AccountName =~ account or AccountUpn =~ account',
      'AccountName, AccountDomain, AccountUpn',
    ),
  },
  alertsOfRegistryKey: {
    about: 'Alerts whose evidence has a registry key, or a value below it.',
    tables,
    parameters: { key: text('A registry key or a part of it.') },
    alsoKnownAs: ['registry_key_alerts'],
    kql: withEvidence(
      '| where RegistryKey contains key',
      'RegistryKey, RegistryValueName, RegistryValueData, DeviceName',
    ),
  },
  alertsOfMessage: {
    about: 'Alerts about one mail.',
    tables,
    parameters: { message: text('NetworkMessageId of the mail, a GUID.') },
    alsoKnownAs: ['mail_message_alerts'],
    kql: withEvidence('| where NetworkMessageId =~ message', 'NetworkMessageId, EmailSubject, AccountUpn'),
  },
  alertsOfMailbox: {
    about: 'Alerts about a mailbox.',
    tables,
    parameters: { mailbox: text("The owner's user principal name.") },
    alsoKnownAs: ['mailbox_alerts'],
    kql: withEvidence('| where EntityType == "Mailbox" and AccountUpn =~ mailbox', 'AccountUpn, AccountName'),
  },
  alertsOfApplication: {
    about: 'Alerts about a cloud application or an OAuth application.',
    tables,
    parameters: { application: text('Its name, or the id of the OAuth application.') },
    alsoKnownAs: ['application_alerts'],
    kql: withEvidence(
      '| where Application =~ application or OAuthApplicationId =~ application',
      'Application, ApplicationId, OAuthApplicationId',
    ),
  },
} satisfies LibraryQueries;
