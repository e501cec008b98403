import type { DocumentedTable } from './table.ts';

/** Device tables in short; the names and types are those of the documentation. */
export const deviceTables = [
  {
    table: 'DeviceFileCertificateInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime DeviceId:string DeviceName:string SHA1:string IsSigned:bool SignatureType:string
      Signer:string SignerHash:string Issuer:string IssuerHash:string CertificateSerialNumber:string
      CrlDistributionPointUrls:string CertificateCreationTime:datetime CertificateExpirationTime:datetime
      CertificateCountersignatureTime:datetime IsTrusted:bool IsRootSignerMicrosoft:bool ReportId:long
    `,
  },
  {
    table: 'DeviceBaselineComplianceAssessment',
    timeColumn: null,
    columns: `
      DeviceId:string DeviceName:string OSPlatform:string OSVersion:string ConfigurationId:string
      ProfileId:string IsCompliant:bool IsApplicable:bool Source:dynamic RecommendedValue:dynamic
      CurrentValue:dynamic IsExempt:bool
    `,
  },
  {
    table: 'DeviceBaselineComplianceAssessmentKB',
    timeColumn: null,
    columns: `
      ConfigurationId:string ConfigurationName:string ConfigurationDescription:string
      ConfigurationRationale:string ConfigurationCategory:string BenchmarkProfileLevels:dynamic
      CCEReference:string RemediationOptions:string ConfigurationBenchmark:string Source:dynamic
      RecommendedValue:dynamic
    `,
  },
  {
    table: 'DeviceBaselineComplianceProfiles',
    timeColumn: null,
    columns: `
      ProfileId:string ProfileName:string ProfileDescription:string OSPlatform:dynamic OSVersion:string
      BaseBenchmark:string BenchmarkVersion:string BenchmarkProfileLevel:string Status:bool CreatedBy:string
      CreatedOn:datetime LastUpdatedBy:string LastUpdatedOn:datetime
    `,
  },
  {
    table: 'DeviceTvmBrowserExtensions',
    timeColumn: null,
    columns: `
      DeviceId:string BrowserName:string ExtensionId:string ExtensionName:string ExtensionDescription:string
      ExtensionVersion:string ExtensionRisk:string ExtensionVendor:string IsActivated:string
      InstallationTime:datetime
    `,
  },
  {
    table: 'DeviceTvmBrowserExtensionsKB',
    timeColumn: null,
    columns: `
      BrowserName:string ExtensionId:string ExtensionName:string ExtensionDescription:string
      ExtensionVersion:dynamic ExtensionRisk:string PermissionId:string PermissionName:string
      PermissionDescription:string PermissionRisk:string IsPermissionRequired:string
    `,
  },
  {
    table: 'DeviceTvmCertificateInfo',
    timeColumn: null,
    columns: `
      DeviceId:string Thumbprint:string Path:string SerialNumber:string IssuedTo:dynamic IssuedBy:dynamic
      FriendlyName:string SignatureAlgorithm:string KeySize:string ExpirationDate:string IssueDate:string
      SubjectType:string KeyUsage:string ExtendedKeyUsage:string
    `,
  },
  {
    table: 'DeviceTvmHardwareFirmware',
    timeColumn: null,
    columns: `
      DeviceId:string DeviceName:string ComponentType:string Manufacturer:string ComponentName:string
      ComponentFamily:string ComponentVersion:string AdditionalFields:dynamic
    `,
  },
  {
    table: 'DeviceTvmInfoGathering',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime LastSeenTime:datetime DeviceId:string DeviceName:string OSPlatform:string
      AdditionalFields:dynamic
    `,
  },
  {
    table: 'DeviceTvmInfoGatheringKB',
    timeColumn: null,
    columns: `
      IgId:string FieldName:string Description:string Categories:dynamic DataStructure:string
    `,
  },
  {
    table: 'DeviceTvmSecureConfigurationAssessment',
    timeColumn: 'Timestamp',
    columns: `
      DeviceId:string DeviceName:string OSPlatform:string Timestamp:datetime ConfigurationId:string
      ConfigurationCategory:string ConfigurationSubcategory:string ConfigurationImpact:real IsCompliant:bool
      IsApplicable:bool Context:dynamic IsExpectedUserImpact:bool
    `,
  },
  {
    table: 'DeviceTvmSecureConfigurationAssessmentKB',
    timeColumn: null,
    columns: `
      ConfigurationId:string ConfigurationImpact:real ConfigurationName:string ConfigurationDescription:string
      RiskDescription:string ConfigurationCategory:string ConfigurationSubcategory:string
      ConfigurationBenchmarks:dynamic Tags:dynamic RemediationOptions:string
    `,
  },
  {
    table: 'DeviceTvmSoftwareEvidenceBeta',
    timeColumn: null,
    columns: `
      DeviceId:string SoftwareVendor:string SoftwareName:string SoftwareVersion:string RegistryPaths:dynamic
      DiskPaths:dynamic LastSeenTime:string
    `,
  },
  {
    table: 'DeviceTvmSoftwareVulnerabilitiesKB',
    timeColumn: null,
    columns: `
      CveId:string CvssScore:string IsExploitAvailable:bool VulnerabilitySeverityLevel:string
      LastModifiedTime:datetime PublishedDate:datetime VulnerabilityDescription:string AffectedSoftware:dynamic
    `,
  },
] as const satisfies readonly DocumentedTable[];
