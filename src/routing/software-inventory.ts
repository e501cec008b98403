import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';
import type { HuntingReads } from './hunting.ts';
import { stringsLiteral } from './kql.ts';
import type { MachineVulnerability } from './machine-vulnerabilities.ts';

/** Rows that a hunting query gives at most. advanced-hunting-limits.md */
const maxRows = 100_000;

/** A table of vulnerability management, and what of it is wanted. */
interface HuntedTable<Row> {
  readonly table: string;
  /** Besides `DeviceId`. */
  readonly columns: readonly string[];
  /** `null`: not a row that says enough. */
  readonly read: (cells: Readonly<Record<string, unknown>>, machineId: string) => Row | null;
}

/** The rows of several machines: one call, however many they are. */
const huntRowsOfMachines = async <Row>(
  hunting: HuntingReads,
  tenant: Tenant,
  { table: name, columns, read }: HuntedTable<Row>,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<Row>>> => {
  const query = [
    name,
    `| where DeviceId in (${stringsLiteral(machineIds)})`,
    `| distinct ${['DeviceId', ...columns].join(', ')}`,
  ].join('\n');
  const { table } = await hunting.run(tenant, query, undefined, scope);
  const rowsOf = new Map<string, Row[]>(machineIds.map((id) => [id.toLowerCase(), []]));
  for (const cells of table.rows) {
    const { DeviceId } = cells;
    if (typeof DeviceId !== 'string') continue;
    const row = read(cells, DeviceId);
    if (row !== null) rowsOf.get(DeviceId.toLowerCase())?.push(row);
  }
  const truncation =
    table.rows.length >= maxRows ? `Hunting gives at most ${maxRows} rows: ask for fewer machines` : null;
  return new Map(machineIds.map((id) => [id, { rows: rowsOf.get(id.toLowerCase()) ?? [], truncation }]));
};

/** advanced-hunting-devicetvmsoftwareinventory-table.md */
const inventory: HuntedTable<string> = {
  table: 'DeviceTvmSoftwareInventory',
  columns: ['SoftwareVendor', 'SoftwareName'],
  read: ({ SoftwareVendor, SoftwareName }) =>
    typeof SoftwareVendor === 'string' && typeof SoftwareName === 'string'
      ? `${SoftwareVendor}-_-${SoftwareName}`
      : null,
};

const textOf = (cell: unknown): string | null => (typeof cell === 'string' && cell !== '' ? cell : null);

/** advanced-hunting-devicetvmsoftwarevulnerabilities-table.md */
const weaknesses: HuntedTable<MachineVulnerability> = {
  table: 'DeviceTvmSoftwareVulnerabilities',
  columns: ['CveId', 'SoftwareVendor', 'SoftwareName', 'RecommendedSecurityUpdateId'],
  read: ({ CveId, SoftwareVendor, SoftwareName, RecommendedSecurityUpdateId }, machineId) => ({
    machineId,
    cveId: textOf(CveId),
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
