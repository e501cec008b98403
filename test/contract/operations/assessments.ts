import { exported, type OperationName, type Row } from './reach.ts';

const week = 7 * 86_400_000;

/** How the exports of Defender Vulnerability Management are asked for. */
export const assessments = {
  exportSecureConfiguration: exported('secureConfigurations', 'json'),
  exportSecureConfigurationFiles: exported('secureConfigurations', 'files'),
  exportSoftwareInventory: exported('softwareInventory', 'json'),
  exportSoftwareInventoryFiles: exported('softwareInventory', 'files'),
  exportNonCpeSoftwareInventory: exported('nonCpeSoftware', 'json'),
  exportNonCpeSoftwareInventoryFiles: exported('nonCpeSoftware', 'files'),
  exportSoftwareVulnerabilities: exported('softwareVulnerabilities', 'json'),
  exportSoftwareVulnerabilitiesFiles: exported('softwareVulnerabilities', 'files'),
  exportSoftwareVulnerabilityChanges: exported(
    'softwareVulnerabilityChanges',
    'json',
    `&sinceTime=${new Date(Date.now() - week).toISOString()}`,
  ),
  exportBrowserExtensions: exported('browserExtensions', 'json'),
  exportBrowserExtensionsFiles: exported('browserExtensions', 'files'),
  exportCertificates: exported('certificates', 'json'),
  exportCertificatesFiles: exported('certificates', 'files'),
  exportHardwareFirmware: exported('hardwareFirmware', 'json'),
  exportHardwareFirmwareFiles: exported('hardwareFirmware', 'files'),
  exportBaselineCompliance: exported('baselineCompliance', 'json'),
  exportBaselineComplianceFiles: exported('baselineCompliance', 'files'),
  exportInformationGatheringFiles: exported('informationGathering', 'files'),
} as const satisfies Partial<Record<OperationName, Row>>;
