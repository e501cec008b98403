import {
  as,
  asBoolean,
  asInteger,
  asJson,
  asMachineId,
  asNumber,
  asSent,
  asText,
  asTexts,
  asTime,
  type Fields,
  type WireName,
} from '../unification/fields.ts';

/** A property as answers spell it, and as the tables of the pages do, which browser extensions send. */
const both = (name: string): readonly [WireName, WireName] => [name, name.charAt(0).toUpperCase() + name.slice(1)];

const text = (name: string, ...others: readonly string[]) => asText(...both(name), ...others);
const moment = (name: string, ...others: readonly string[]) => asTime(...both(name), ...others);
const texts = (name: string, ...others: readonly string[]) => asTexts(...both(name), ...others);
const flag = (name: string) => asBoolean(...both(name));

/** What every assessment says of the machine that a row is about; `raw`, the row as Microsoft sent it, has to be named. */
const ofMachine = {
  machineId: asMachineId(...both('deviceId')),
  computerDnsName: text('deviceName'),
  rbacGroupName: text('rbacGroupName'),
  rbacGroupId: text('rbacGroupId'),
} as const;

const withSystem = {
  ...ofMachine,
  osPlatform: text('osPlatform', 'OSPlatform'),
  osVersion: text('osVersion', 'OSVersion'),
} as const;
const product = {
  softwareVendor: text('softwareVendor'),
  softwareName: text('softwareName'),
  softwareVersion: text('softwareVersion'),
} as const;
const raw = { raw: asSent() } as const;

/** get-assessment-software-vulnerabilities.md; a product without a weakness has a row without a CVE. */
export const softwareVulnerability = {
  id: text('id'),
  ...withSystem,
  osArchitecture: text('osArchitecture', 'OSArchitecture'),
  ...product,
  cveId: text('cveId'),
  cvssScore: asNumber(...both('cvssScore')),
  vulnerabilitySeverityLevel: text('vulnerabilitySeverityLevel'),
  recommendedSecurityUpdate: text('recommendedSecurityUpdate'),
  recommendedSecurityUpdateId: text('recommendedSecurityUpdateId'),
  recommendedSecurityUpdateUrl: text('recommendedSecurityUpdateUrl'),
  diskPaths: texts('diskPaths'),
  registryPaths: texts('registryPaths'),
  firstSeenTimestamp: moment('firstSeenTimestamp'),
  lastSeenTimestamp: moment('lastSeenTimestamp'),
  exploitabilityLevel: text('exploitabilityLevel'),
  recommendationReference: text('recommendationReference'),
  securityUpdateAvailable: flag('securityUpdateAvailable'),
  ...raw,
} as const satisfies Fields;

/** The same, of what changed: `status` is New, Fixed or Updated. A machine that changed its group has its rows twice, by `id`. */
export const softwareVulnerabilityChange = {
  ...softwareVulnerability,
  status: text('status'),
  eventTimestamp: moment('eventTimestamp'),
  isOnboarded: flag('isOnboarded'),
  ...raw,
} as const satisfies Fields;

/** get-assessment-software-inventory.md */
export const softwareInventory = {
  ...withSystem,
  ...product,
  numberOfWeaknesses: asInteger(...both('numberOfWeaknesses')),
  diskPaths: texts('diskPaths'),
  registryPaths: texts('registryPaths'),
  softwareFirstSeenTimestamp: moment('softwareFirstSeenTimestamp'),
  endOfSupportStatus: text('endOfSupportStatus'),
  endOfSupportDate: moment('endOfSupportDate'),
  ...raw,
} as const satisfies Fields;

/** get-assessment-non-cpe-software-inventory.md */
export const nonCpeSoftware = {
  ...withSystem,
  ...product,
  softwareLastSeenTimestamp: moment('softwareLastSeenTimestamp'),
  ...raw,
} as const satisfies Fields;

/** get-assessment-secure-config.md */
export const secureConfiguration = {
  ...withSystem,
  timestamp: moment('timestamp'),
  configurationId: text('configurationId'),
  configurationCategory: text('configurationCategory'),
  configurationSubcategory: text('configurationSubcategory'),
  configurationImpact: asNumber(...both('configurationImpact')),
  configurationName: text('configurationName'),
  isCompliant: flag('isCompliant'),
  isApplicable: flag('isApplicable'),
  isExpectedUserImpact: flag('isExpectedUserImpact'),
  recommendationReference: text('recommendationReference'),
  ...raw,
} as const satisfies Fields;

/** get-assessment-browser-extensions.md; the table has permissions as texts, the sample as objects. */
export const browserExtension = {
  ...ofMachine,
  installationTime: moment('installationTime'),
  browserName: text('browserName'),
  extensionId: text('extensionId'),
  extensionName: text('extensionName'),
  extensionDescription: text('extensionDescription'),
  extensionVersion: text('extensionVersion'),
  extensionRisk: text('extensionRisk'),
  isActivated: flag('isActivated'),
  permissions: as((value) => (Array.isArray(value) ? value : []), ...both('permissions')),
  ...raw,
} as const satisfies Fields;

/** export-certificate-inventory-assessment.md; its table has other names than its sample. */
export const certificate = {
  ...ofMachine,
  thumbprint: text('thumbprint'),
  path: text('path'),
  signatureAlgorithm: text('signatureAlgorithm'),
  keyLength: asNumber(...both('keyLength'), 'keySize', 'KeySize'),
  notAfter: moment('notAfter', 'expirationDate', 'ExpirationDate'),
  notBefore: moment('notBefore', 'issueDate', 'IssueDate'),
  subjectType: text('subjectType'),
  serialNumber: text('serialNumber'),
  subjectObject: asJson(...both('subjectObject'), 'issuedTo', 'IssuedTo'),
  issuerObject: asJson(...both('issuerObject'), 'issuedBy', 'IssuedBy'),
  keyUsageArray: texts('keyUsageArray', 'keyUsage', 'KeyUsage'),
  extendedKeyUsageArray: texts('extendedKeyUsageArray', 'extendedKeyUsage', 'ExtendedKeyUsage'),
  isSelfSigned: flag('isSelfSigned'),
  ...raw,
} as const satisfies Fields;

/** export-firmware-hardware-assessment.md; `additionalFields` is JSON inside a text. */
export const hardwareFirmware = {
  ...ofMachine,
  componentType: text('componentType'),
  manufacturer: text('manufacturer'),
  componentName: text('componentName'),
  componentVersion: text('componentVersion'),
  additionalFields: text('additionalFields'),
  ...raw,
} as const satisfies Fields;

/** export-security-baseline-assessment.md */
export const baselineCompliance = {
  id: text('id'),
  ...withSystem,
  profileId: text('profileId'),
  configurationId: text('configurationId'),
  isApplicable: flag('isApplicable'),
  isCompliant: flag('isCompliant'),
  dataCollectionTimeOffset: moment('dataCollectionTimeOffset'),
  complianceCalculationTimeOffset: moment('complianceCalculationTimeOffset'),
  recommendedValue: texts('recommendedValue'),
  currentValue: texts('currentValue'),
  source: texts('source'),
  ...raw,
} as const satisfies Fields;

/** get-assessment-information-gathering.md, which prints no table: what else is gathered of a machine is in `raw` alone. */
export const gatheredInformation = { ...withSystem, ...raw } as const satisfies Fields;
