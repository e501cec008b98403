import type { TenantPermission } from '../access/roles.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { Fact } from '../microsoft/operation.ts';
import type { Capability } from '../routing/capabilities.ts';
import type { Fields } from '../unification/fields.ts';
import {
  baselineCompliance,
  browserExtension,
  certificate,
  gatheredInformation,
  hardwareFirmware,
  nonCpeSoftware,
  secureConfiguration,
  softwareInventory,
  softwareVulnerability,
  softwareVulnerabilityChange,
} from './assessment-fields.ts';

/** One assessment of Defender Vulnerability Management: rows of all machines of a tenant, as pages, as files, or both. */
export interface AssessmentRow {
  readonly capability: Capability;
  /** About the whole tenant: rows are not judged. */
  readonly permission: TenantPermission;
  /** JSON in pages, for fewer than 100,000 machines. */
  readonly pages?: Fact<string>;
  /** Files of JSON lines. */
  readonly files?: Fact<string>;
  readonly fields: Fields;
  /** Whether it tells what changed since a moment. */
  readonly since?: true;
  /** Whether `raw` is there by default, since it has more than the fields. */
  readonly raw?: true;
}

const permission = 'vulnerability:read';
const weaknesses = { permission, capability: 'vulnerabilities.read' } as const;
const software = { permission, capability: 'software.read' } as const;

/** Every assessment, by the name of its export. Files come first: they cost one call, whatever the number of rows. */
export const assessments = {
  softwareVulnerabilities: {
    ...weaknesses,
    files: mde.exportSoftwareVulnerabilitiesFiles,
    pages: mde.exportSoftwareVulnerabilities,
    fields: softwareVulnerability,
  },
  softwareVulnerabilityChanges: {
    ...weaknesses,
    pages: mde.exportSoftwareVulnerabilityChanges,
    fields: softwareVulnerabilityChange,
    since: true,
  },
  softwareInventory: {
    ...software,
    files: mde.exportSoftwareInventoryFiles,
    pages: mde.exportSoftwareInventory,
    fields: softwareInventory,
  },
  nonCpeSoftware: {
    ...software,
    files: mde.exportNonCpeSoftwareInventoryFiles,
    pages: mde.exportNonCpeSoftwareInventory,
    fields: nonCpeSoftware,
  },
  secureConfigurations: {
    ...weaknesses,
    files: mde.exportSecureConfigurationFiles,
    pages: mde.exportSecureConfiguration,
    fields: secureConfiguration,
  },
  browserExtensions: {
    ...software,
    files: mde.exportBrowserExtensionsFiles,
    pages: mde.exportBrowserExtensions,
    fields: browserExtension,
  },
  certificates: {
    ...weaknesses,
    files: mde.exportCertificatesFiles,
    pages: mde.exportCertificates,
    fields: certificate,
  },
  hardwareFirmware: {
    ...software,
    files: mde.exportHardwareFirmwareFiles,
    pages: mde.exportHardwareFirmware,
    fields: hardwareFirmware,
  },
  baselineCompliance: {
    permission,
    capability: 'baselines.read',
    files: mde.exportBaselineComplianceFiles,
    pages: mde.exportBaselineCompliance,
    fields: baselineCompliance,
  },
  informationGathering: {
    ...weaknesses,
    files: mde.exportInformationGatheringFiles,
    fields: gatheredInformation,
    raw: true,
  },
} as const satisfies Readonly<Record<string, AssessmentRow>>;

/** The name of one. */
export type AssessmentName = keyof typeof assessments;
