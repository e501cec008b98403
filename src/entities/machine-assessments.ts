import { as, asBoolean, asId, asNumber, asText, asTime, type EntityOf } from '../unification/fields.ts';
import { object, texts } from '../unification/values.ts';

/** The value of a dynamic column, which an API may send as its text. What is no JSON is text. */
const dynamic = (cell: unknown): unknown => {
  if (typeof cell !== 'string' || !/^\s*[[{]/.test(cell)) return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
};

const asBag = (name: string) => as((cell) => object(dynamic(cell)), name);
const asList = (name: string) => as((cell) => texts(dynamic(cell)), name);

/** What hunting knows of machines by the tables of Defender Vulnerability Management. Each is a row of one machine. */

/** advanced-hunting-devicetvmcertificateinfo-table.md */
export const certificateFields = {
  thumbprint: asId('Thumbprint'),
  path: asText('Path'),
  serialNumber: asText('SerialNumber'),
  issuedTo: asBag('IssuedTo'),
  issuedBy: asBag('IssuedBy'),
  friendlyName: asText('FriendlyName'),
  signatureAlgorithm: asText('SignatureAlgorithm'),
  keySize: asNumber('KeySize'),
  issueDate: asTime('IssueDate'),
  expirationDate: asTime('ExpirationDate'),
  subjectType: asText('SubjectType'),
  keyUsage: asText('KeyUsage'),
  extendedKeyUsage: asText('ExtendedKeyUsage'),
} as const;

/** advanced-hunting-devicetvmbrowserextensions-table.md */
export const browserExtensionFields = {
  browserName: asText('BrowserName'),
  extensionId: asId('ExtensionId'),
  extensionName: asText('ExtensionName'),
  extensionDescription: asText('ExtensionDescription'),
  extensionVersion: asText('ExtensionVersion'),
  extensionRisk: asText('ExtensionRisk'),
  extensionVendor: asText('ExtensionVendor'),
  isActivated: asBoolean('IsActivated'),
  installationTime: asTime('InstallationTime'),
} as const;

/** advanced-hunting-devicetvmhardwarefirmware-table.md */
export const hardwareFirmwareFields = {
  componentType: asText('ComponentType'),
  manufacturer: asText('Manufacturer'),
  componentName: asText('ComponentName'),
  componentFamily: asText('ComponentFamily'),
  componentVersion: asText('ComponentVersion'),
  additionalFields: asBag('AdditionalFields'),
} as const;

/** advanced-hunting-devicetvmsecureconfigurationassessment-table.md, and of the table of their names. */
export const secureConfigurationFields = {
  configurationId: asId('ConfigurationId'),
  configurationName: asText('ConfigurationName'),
  configurationDescription: asText('ConfigurationDescription'),
  riskDescription: asText('RiskDescription'),
  remediationOptions: asText('RemediationOptions'),
  configurationCategory: asText('ConfigurationCategory'),
  configurationSubcategory: asText('ConfigurationSubcategory'),
  configurationImpact: asNumber('ConfigurationImpact'),
  isApplicable: asBoolean('IsApplicable'),
  isCompliant: asBoolean('IsCompliant'),
  isExpectedUserImpact: asBoolean('IsExpectedUserImpact'),
  assessedAt: asTime('Timestamp'),
} as const;

/** advanced-hunting-devicebaselinecomplianceassessment-table.md, and of the table of their names. */
export const baselineComplianceFields = {
  profileId: asId('ProfileId'),
  configurationId: asId('ConfigurationId'),
  configurationName: asText('ConfigurationName'),
  configurationCategory: asText('ConfigurationCategory'),
  isApplicable: asBoolean('IsApplicable'),
  isCompliant: asBoolean('IsCompliant'),
  isExempt: asBoolean('IsExempt'),
  recommendedValue: asList('RecommendedValue'),
  currentValue: asList('CurrentValue'),
  sources: asList('Source'),
} as const;

/** A certificate that is installed on a machine. */
export type MachineCertificate = EntityOf<typeof certificateFields>;
/** An extension of a browser on a machine. */
export type BrowserExtension = EntityOf<typeof browserExtensionFields>;
/** A piece of hardware or firmware of a machine. */
export type HardwareFirmware = EntityOf<typeof hardwareFirmwareFields>;
/** A setting of a machine, as it was assessed last. */
export type SecureConfiguration = EntityOf<typeof secureConfigurationFields>;
/** A check of a security baseline on a machine. */
export type BaselineCompliance = EntityOf<typeof baselineComplianceFields>;
