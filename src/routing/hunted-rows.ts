import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';
import type { HuntingReads } from './hunting.ts';
import { stringsLiteral } from './kql.ts';

/** Rows that a hunting query gives at most. advanced-hunting-limits.md */
const maxRows = 100_000;

/** A table of vulnerability management, and what of it is wanted. */
export interface HuntedTable<Row> {
  readonly table: string;
  /** What is done with the rows of the machines, in KQL: they have to keep `DeviceId`. */
  readonly steps: string;
  /** `null`: not a row that says enough. */
  readonly read: (cells: Readonly<Record<string, unknown>>, machineId: string) => Row | null;
}

/** The rows of several machines: one call, however many they are. */
export const huntRowsOfMachines = async <Row>(
  hunting: HuntingReads,
  tenant: Tenant,
  { table: name, steps, read }: HuntedTable<Row>,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<Row>>> => {
  const query = [name, `| where DeviceId in (${stringsLiteral(machineIds)})`, steps].join('\n');
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
