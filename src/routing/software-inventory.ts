import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import { cveIdText } from '../unification/values.ts';
import type { EveryRow } from './every-row.ts';
import { type HuntedTable, huntRowsOfMachines } from './hunted-rows.ts';
import type { HuntingReads } from './hunting.ts';
import type { MachineVulnerability } from './machine-vulnerabilities.ts';

/** advanced-hunting-devicetvmsoftwareinventory-table.md */
const inventory: HuntedTable<string> = {
  table: 'DeviceTvmSoftwareInventory',
  steps: '| distinct DeviceId, SoftwareVendor, SoftwareName',
  read: ({ SoftwareVendor, SoftwareName }) =>
    typeof SoftwareVendor === 'string' && typeof SoftwareName === 'string'
      ? `${SoftwareVendor}-_-${SoftwareName}`
      : null,
};

const textOf = (cell: unknown): string | null => (typeof cell === 'string' && cell !== '' ? cell : null);

/** advanced-hunting-devicetvmsoftwarevulnerabilities-table.md */
const weaknesses: HuntedTable<MachineVulnerability> = {
  table: 'DeviceTvmSoftwareVulnerabilities',
  steps: '| distinct DeviceId, CveId, SoftwareVendor, SoftwareName, RecommendedSecurityUpdateId',
  read: ({ CveId, SoftwareVendor, SoftwareName, RecommendedSecurityUpdateId }, machineId) => ({
    machineId,
    cveId: cveIdText(CveId),
    productVendor: textOf(SoftwareVendor),
    productName: textOf(SoftwareName),
    fixingKbId: textOf(RecommendedSecurityUpdateId),
  }),
};

/** The products on several machines, as ids of software. Calls: 1. */
export const huntSoftwareOfMachines = (
  hunting: HuntingReads,
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<string>>> => huntRowsOfMachines(hunting, tenant, inventory, machineIds, scope);

/** The weaknesses of several machines with the products that have them. Calls: 1. */
export const huntWeaknessesOfMachines = (
  hunting: HuntingReads,
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<MachineVulnerability>>> =>
  huntRowsOfMachines(hunting, tenant, weaknesses, machineIds, scope);
