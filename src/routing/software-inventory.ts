import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';
import type { HuntingReads } from './hunting.ts';
import { stringsLiteral } from './kql.ts';

/** Rows that a hunting query gives at most. advanced-hunting-limits.md */
const maxRows = 100_000;

/**
 * The products on several machines, as ids of software, by hunting in `DeviceTvmSoftwareInventory`: one call, however many
 * machines. advanced-hunting-devicetvmsoftwareinventory-table.md
 */
export const huntSoftwareOfMachines = async (
  hunting: HuntingReads,
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<string>>> => {
  const query = [
    'DeviceTvmSoftwareInventory',
    `| where DeviceId in (${stringsLiteral(machineIds)})`,
    '| distinct DeviceId, SoftwareVendor, SoftwareName',
  ].join('\n');
  const { table } = await hunting.run(tenant, query, undefined, scope);
  const softwareOf = new Map<string, Set<string>>(machineIds.map((id) => [id.toLowerCase(), new Set()]));
  for (const { DeviceId, SoftwareVendor, SoftwareName } of table.rows) {
    if (typeof DeviceId !== 'string' || typeof SoftwareVendor !== 'string' || typeof SoftwareName !== 'string')
      continue;
    softwareOf.get(DeviceId.toLowerCase())?.add(`${SoftwareVendor}-_-${SoftwareName}`);
  }
  const truncation =
    table.rows.length >= maxRows ? `Hunting gives at most ${maxRows} rows: ask for fewer machines` : null;
  return new Map(machineIds.map((id) => [id, { rows: [...(softwareOf.get(id.toLowerCase()) ?? [])], truncation }]));
};
