import { get, noQuota, operations } from '../operation.ts';

/** Exports of what is known of every machine: rows page by page, or files to fetch. `$top` ends their paging. */
export const assessments = operations('mde', {
  /** Configuration checks per device. */
  exportSecureConfiguration: get('/api/machines/SecureConfigurationsAssessmentByMachine', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize'],
    pages: 'link',
    doc: 'get-assessment-secure-config.md',
  }),
  /** Same as files. */
  exportSecureConfigurationFiles: get('/api/machines/SecureConfigurationsAssessmentExport', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'get-assessment-secure-config.md',
  }),
  /** Software with a CPE per device. */
  exportSoftwareInventory: get('/api/machines/SoftwareInventoryByMachine', {
    any: ['Software.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize', 'sinceTime'],
    pages: 'link',
    doc: 'get-assessment-software-inventory.md',
  }),
  /** Same as files. */
  exportSoftwareInventoryFiles: get('/api/machines/SoftwareInventoryExport', {
    any: ['Software.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'get-assessment-software-inventory.md',
  }),
  /** Software without a CPE per device. */
  exportNonCpeSoftwareInventory: get('/api/machines/SoftwareInventoryNoProductCodeByMachine', {
    any: ['Software.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize', 'sinceTime'],
    pages: 'link',
    doc: 'get-assessment-non-cpe-software-inventory.md',
  }),
  /** Same as files. */
  exportNonCpeSoftwareInventoryFiles: get('/api/machines/SoftwareInventoryNonCpeExport', {
    any: ['Software.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'get-assessment-non-cpe-software-inventory.md',
  }),
  /** Software and CVE per device. */
  exportSoftwareVulnerabilities: get('/api/machines/SoftwareVulnerabilitiesByMachine', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize'],
    pages: 'link',
    doc: 'get-assessment-software-vulnerabilities.md',
  }),
  /** Same as files. */
  exportSoftwareVulnerabilitiesFiles: get('/api/machines/SoftwareVulnerabilitiesExport', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'get-assessment-software-vulnerabilities.md',
  }),
  /** Delta of the vulnerability export. */
  exportSoftwareVulnerabilityChanges: get('/api/machines/SoftwareVulnerabilityChangesByMachine', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['sinceTime', 'pageSize'],
    pages: 'link',
    doc: 'get-assessment-software-vulnerabilities.md',
  }),
  /** Browser extensions per device. */
  exportBrowserExtensions: get('/api/machines/BrowserExtensionsInventoryByMachine', {
    any: ['Software.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize'],
    pages: 'link',
    doc: 'get-assessment-browser-extensions.md',
  }),
  /** Same as files. */
  exportBrowserExtensionsFiles: get('/api/machines/browserextensionsinventoryExport', {
    any: ['Software.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    doc: 'get-assessment-browser-extensions.md',
  }),
  /** What each browser extension permission means. */
  listBrowserExtensionPermissions: get('/api/browserextensions/permissionsinfo', {
    any: ['Software.Read.All'],
    quota: noQuota,
    filter: {
      id: 'text',
      name: 'text',
      description: 'text',
      cvssV3: 'number',
      publishedOn: 'time',
      severity: 'enum',
      updatedOn: 'time',
    },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-browser-extensions-permission-info.md',
  }),
  /** Certificates per device. */
  exportCertificates: get('/api/machines/certificateAssessmentByMachine', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize'],
    pages: 'link',
    doc: 'export-certificate-inventory-assessment.md',
  }),
  /** Same as files. */
  exportCertificatesFiles: get('/api/machines/certificateAssessmentExport', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'export-certificate-inventory-assessment.md',
  }),
  /** Hardware and firmware per device. */
  exportHardwareFirmware: get('/api/machines/HardwareFirmwareInventoryByMachine', {
    any: ['Software.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize'],
    pages: 'link',
    doc: 'export-firmware-hardware-assessment.md',
  }),
  /** Same as files. */
  exportHardwareFirmwareFiles: get('/api/machines/HardwareFirmwareInventoryExport', {
    any: ['Software.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    doc: 'export-firmware-hardware-assessment.md',
  }),
  /** Security baseline checks per device. */
  exportBaselineCompliance: get('/api/machines/baselineComplianceAssessmentByMachine', {
    any: ['SecurityBaselinesAssessment.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    query: ['pageSize'],
    pages: 'link',
    doc: 'export-security-baseline-assessment.md',
  }),
  /** Same as files. */
  exportBaselineComplianceFiles: get('/api/machines/BaselineComplianceAssessmentExport', {
    any: ['SecurityBaselinesAssessment.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'export-security-baseline-assessment.md',
  }),
  /** Security baseline profiles. */
  listBaselineProfiles: get('/api/baselineProfiles', {
    any: [],
    quota: noQuota,
    filter: {
      id: 'text',
      name: 'text',
      operatingSystem: 'text',
      operatingSystemVersion: 'text',
      status: 'flag',
      settingsNumber: 'number',
      passedDevices: 'number',
      totalDevices: 'number',
    },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-security-baselines-assessment-profiles.md',
  }),
  /** Checks of the active baseline profiles. */
  listBaselineConfigurations: get('/api/baselineConfigurations', {
    any: [],
    quota: noQuota,
    filter: { id: 'text', category: 'text', name: 'text', CCE: 'text' },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-security-baselines-assessment-configurations.md',
  }),
  /** Antivirus and other gathered facts per device, as files. */
  exportInformationGatheringFiles: get('/api/machines/InfoGatheringExport', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 5, perHour: 20 },
    query: ['sasValidHours'],
    doc: 'get-assessment-information-gathering.md',
  }),
});
