import {
  deviceTvmSoftwareInventoryColumns,
  deviceTvmSoftwareVulnerabilitiesColumns,
} from '../../../../microsoft/hunting/vulnerabilities.ts';
import { type Software, softwareOn } from '../../../world/software.ts';
import type { WorldMachine } from '../../../world/types.ts';
import { defineTable, type TableSource } from '../table.ts';
import { machineCells } from './cells.ts';

/** One row per machine and software. A snapshot: it has no time column. */
export const deviceTvmSoftwareInventory: TableSource = defineTable(
  deviceTvmSoftwareInventoryColumns,
  null,
  ({ world, now }) =>
    world.machines.flatMap((machine) =>
      softwareOn(machine).map((software) => ({
        ...installed(machine, software),
        EndOfSupportStatus: status(software, now),
        EndOfSupportDate: software.endOfSupport,
        ProductCodeCpe: `cpe:2.3:a:${software.vendor}:${software.name}:${software.version}:*:*:*:*:*:*:*`,
      })),
    ),
);

/** One row per machine, software and weakness. */
export const deviceTvmSoftwareVulnerabilities: TableSource = defineTable(
  deviceTvmSoftwareVulnerabilitiesColumns,
  null,
  ({ world }) =>
    world.machines.flatMap((machine) =>
      softwareOn(machine).flatMap((software) =>
        software.weaknesses.map((weakness) => ({
          ...installed(machine, software),
          CveId: weakness.cveId,
          VulnerabilitySeverityLevel: weakness.severity,
          RecommendedSecurityUpdate: weakness.update,
          RecommendedSecurityUpdateId: weakness.kb ?? '',
          CveTags: [],
        })),
      ),
    ),
);

function installed(machine: WorldMachine, { vendor, name, version }: Software) {
  return {
    ...machineCells(machine),
    OSPlatform: machine.osPlatform,
    OSVersion: machine.osVersion,
    OSArchitecture: machine.osProcessor,
    SoftwareVendor: vendor,
    SoftwareName: name,
    SoftwareVersion: version,
  };
}

function status({ endOfSupport }: Software, now: Date): string {
  if (endOfSupport === null) return '';
  return Date.parse(endOfSupport) < now.getTime() ? 'EOS Version' : 'Upcoming EOS Version';
}
