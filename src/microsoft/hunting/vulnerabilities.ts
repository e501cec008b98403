import type { ColumnTypes } from './table.ts';

/** Columns of DeviceTvmSoftwareInventory. https://learn.microsoft.com/defender-xdr/advanced-hunting-devicetvmsoftwareinventory-table */
export const deviceTvmSoftwareInventoryColumns = {
  DeviceId: 'string',
  DeviceName: 'string',
  OSPlatform: 'string',
  OSVersion: 'string',
  OSArchitecture: 'string',
  SoftwareVendor: 'string',
  SoftwareName: 'string',
  SoftwareVersion: 'string',
  EndOfSupportStatus: 'string',
  EndOfSupportDate: 'datetime',
  ProductCodeCpe: 'string',
} as const satisfies ColumnTypes;

/** Columns of DeviceTvmSoftwareVulnerabilities. https://learn.microsoft.com/defender-xdr/advanced-hunting-devicetvmsoftwarevulnerabilities-table */
export const deviceTvmSoftwareVulnerabilitiesColumns = {
  DeviceId: 'string',
  DeviceName: 'string',
  OSPlatform: 'string',
  OSVersion: 'string',
  OSArchitecture: 'string',
  SoftwareVendor: 'string',
  SoftwareName: 'string',
  SoftwareVersion: 'string',
  CveId: 'string',
  VulnerabilitySeverityLevel: 'string',
  RecommendedSecurityUpdate: 'string',
  RecommendedSecurityUpdateId: 'string',
  CveTags: 'dynamic',
} as const satisfies ColumnTypes;
