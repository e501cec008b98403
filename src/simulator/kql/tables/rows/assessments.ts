import { assessedIn, configurationsOf } from '../../../mde/vulnerability/baselines.ts';
import { configurations, lacking } from '../../../mde/vulnerability/configurations.ts';
import { createRandom } from '../../../world/random.ts';
import { dayMs, isoTime } from '../../../world/times.ts';
import type { TenantWorld, WorldMachine } from '../../../world/types.ts';
import type { Rendered } from '../documented.ts';
import { machineCells } from './cells.ts';

const managed = ({ machines }: TenantWorld): readonly WorldMachine[] =>
  machines.filter(({ onboardingStatus }) => onboardingStatus === 'Onboarded');

const isWindows = ({ osPlatform }: WorldMachine): boolean => osPlatform.startsWith('Windows');

/** A root that every machine has, and one that its own domain gave it. */
const certificates: Rendered = ({ world, now }) =>
  managed(world).flatMap((machine) => {
    const random = createRandom(`${machine.id}/certificates`);
    const name = machine.computerDnsName;
    const own = {
      DeviceId: machine.id,
      Thumbprint: random.hex(40),
      Path: isWindows(machine) ? 'LocalMachine\\My' : '/etc/ssl/certs',
      SerialNumber: random.hex(32),
      IssuedTo: { CommonName: name, Country: 'CH' },
      IssuedBy: { CommonName: `${world.name} Issuing CA`, Organization: world.name },
      FriendlyName: `Device certificate of ${name.split('.')[0] ?? name}`,
      SignatureAlgorithm: random.chance(0.1) ? 'sha1RSA' : 'sha256RSA',
      KeySize: '2048',
      IssueDate: isoTime(now.getTime() - 300 * dayMs),
      ExpirationDate: isoTime(now.getTime() + random.int(-20, 400) * dayMs),
      SubjectType: 'End entity',
      KeyUsage: 'Digital Signature, Key Encipherment',
      ExtendedKeyUsage: 'Client Authentication',
    };
    const root = {
      ...own,
      Thumbprint: '3b1efd3a66ea28b16697394703a72ca340a05bd5',
      Path: isWindows(machine) ? 'LocalMachine\\Root' : '/etc/ssl/roots',
      IssuedTo: { CommonName: 'Root of all', Organization: 'Trust Services' },
      IssuedBy: { CommonName: 'Root of all', Organization: 'Trust Services' },
      FriendlyName: '',
      KeySize: '4096',
      // No end is printed as the first moment of all.
      ExpirationDate: '0001-01-01T00:00:00Z',
      SubjectType: 'CA',
      ExtendedKeyUsage: '',
    };
    return [own, root];
  });

const extensions = [
  { id: 'cjpalhdlnbpafiamejdnhcphjbkeiagm', name: 'uBlock', vendor: 'Raymond Hill', risk: 'Medium', browser: 'chrome' },
  { id: 'gppongmhjkpfnbhagpmjfkannfbllamg', name: 'Screen reader', vendor: 'Contoso', risk: 'High', browser: 'edge' },
] as const;

const browserExtensions: Rendered = ({ world, now }) =>
  managed(world)
    .filter(isWindows)
    .flatMap((machine) => {
      const random = createRandom(`${machine.id}/extensions`);
      return extensions
        .filter(() => random.chance(0.6))
        .map(({ id, name, vendor, risk, browser }) => ({
          DeviceId: machine.id,
          BrowserName: browser,
          ExtensionId: id,
          ExtensionName: name,
          ExtensionDescription: `${name} for ${browser}`,
          ExtensionVersion: `1.${random.int(0, 60)}.0`,
          ExtensionRisk: risk,
          ExtensionVendor: vendor,
          IsActivated: random.chance(0.8) ? 'true' : 'false',
          InstallationTime: isoTime(now.getTime() - random.int(3, 200) * dayMs),
        }));
    });

const hardwareFirmware: Rendered = ({ world }) =>
  managed(world).flatMap((machine) => {
    const random = createRandom(`${machine.id}/hardware`);
    const manufacturer = random.pick(['lenovo', 'dell', 'hp']);
    const cells = { ...machineCells(machine), Manufacturer: manufacturer };
    return [
      { ...cells, ComponentType: 'Hardware', ComponentName: 'thinkpad_x1', ComponentFamily: 'thinkpad' },
      {
        ...cells,
        ComponentType: 'Bios',
        ComponentName: `${manufacturer} bios`,
        ComponentVersion: `1.${random.int(2, 40)}`,
        AdditionalFields: { SecureBoot: random.chance(0.9), ReleaseDate: '2025-11-03' },
      },
    ];
  });

/** Settings as they were assessed on two days: on the earlier one nobody had them. */
const secureConfigurations: Rendered = ({ world, now }) =>
  configurations.flatMap((setting) => {
    const { all, lack } = lacking(world, setting);
    return all.flatMap((machine) =>
      [1, 3].map((days) => ({
        ...machineCells(machine),
        OSPlatform: machine.osPlatform,
        Timestamp: isoTime(now.getTime() - days * dayMs),
        ConfigurationId: setting.scid,
        ConfigurationCategory: setting.category,
        ConfigurationSubcategory: setting.subCategory,
        ConfigurationImpact: setting.scoreImpact,
        IsCompliant: days === 1 && !lack.includes(machine),
        IsApplicable: true,
        Context: [],
        IsExpectedUserImpact: setting.category === 'Accounts',
      })),
    );
  });

const secureConfigurationNames: Rendered = () =>
  configurations.map((setting) => ({
    ConfigurationId: setting.scid,
    ConfigurationImpact: setting.scoreImpact,
    ConfigurationName: setting.title,
    ConfigurationDescription: `${setting.title} on ${setting.component}.`,
    RiskDescription: 'Attackers look for machines without it.',
    ConfigurationCategory: setting.category,
    ConfigurationSubcategory: setting.subCategory,
    ConfigurationBenchmarks: [],
    Tags: [],
    RemediationOptions: '<p>Set it by a group policy.</p>',
  }));

const baselineCompliance: Rendered = ({ world }) =>
  assessedIn(world).map(({ machine, profileId, check, isCompliant }) => ({
    ...machineCells(machine),
    OSPlatform: machine.osPlatform,
    OSVersion: machine.osVersion,
    ConfigurationId: check.id,
    ProfileId: profileId,
    IsCompliant: isCompliant,
    IsApplicable: true,
    Source: [check.source],
    RecommendedValue: [check.recommendedValue],
    CurrentValue: [isCompliant ? check.recommendedValue : '0'],
    IsExempt: false,
  }));

const baselineNames: Rendered = () =>
  configurationsOf().map((configuration) => ({
    ConfigurationId: configuration.id,
    ConfigurationName: configuration.name,
    ConfigurationDescription: configuration.description,
    ConfigurationRationale: configuration.rationale,
    ConfigurationCategory: configuration.category,
    BenchmarkProfileLevels: configuration.complianceLevels,
    CCEReference: configuration.cce,
    RemediationOptions: configuration.remediation,
    ConfigurationBenchmark: `${configuration.benchmarkName} ${configuration.benchmarkVersion}`,
    Source: configuration.source,
    RecommendedValue: configuration.recommendedValue,
  }));

/** What the estate has for the tables of assessments, by their names. */
export const assessmentRows: ReadonlyMap<string, Rendered> = new Map([
  ['DeviceTvmCertificateInfo', certificates],
  ['DeviceTvmBrowserExtensions', browserExtensions],
  ['DeviceTvmHardwareFirmware', hardwareFirmware],
  ['DeviceTvmSecureConfigurationAssessment', secureConfigurations],
  ['DeviceTvmSecureConfigurationAssessmentKB', secureConfigurationNames],
  ['DeviceBaselineComplianceAssessment', baselineCompliance],
  ['DeviceBaselineComplianceAssessmentKB', baselineNames],
]);
