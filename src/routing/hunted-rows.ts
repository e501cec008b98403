import type { Tenant } from '../config/tenants.ts';
import { maxHuntedRows, maxListedValues } from '../microsoft/hunting/limits.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';
import type { HuntingReads } from './hunting.ts';
import { stringsLiteral } from './kql.ts';

/** A table of vulnerability management, and what of it is wanted. */
export interface HuntedTable<Row> {
  readonly table: string;
  /** What is done with the rows of the machines, in KQL: they have to keep `DeviceId`. */
  readonly steps: string;
  /** `null`: not a row that says enough. */
  readonly read: (cells: Readonly<Record<string, unknown>>, machineId: string) => Row | null;
}

/** Values in parts that a query may hold each. */
export const inQueries = (values: readonly string[], most = maxListedValues): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(values.length / most) }, (_, part) => values.slice(part * most, (part + 1) * most));

/** The rows of several machines: one call for 500 of them. */
export const huntRowsOfMachines = async <Row>(
  hunting: HuntingReads,
  tenant: Tenant,
  { table: name, steps, read: readRow }: HuntedTable<Row>,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<Row>>> => {
  const parts = inQueries(machineIds);
  if (parts.length > 1) {
    const read = parts.map((part) =>
      huntRowsOfMachines(hunting, tenant, { table: name, steps, read: readRow }, part, scope),
    );
    return new Map((await Promise.all(read)).flatMap((found) => [...found]));
  }
  const query = [name, `| where DeviceId in (${stringsLiteral(machineIds)})`, steps].join('\n');
  const { table } = await hunting.run(tenant, query, undefined, scope);
  const rowsOf = new Map<string, Row[]>(machineIds.map((id) => [id.toLowerCase(), []]));
  for (const cells of table.rows) {
    const { DeviceId } = cells;
    if (typeof DeviceId !== 'string') continue;
    const row = readRow(cells, DeviceId);
    if (row !== null) rowsOf.get(DeviceId.toLowerCase())?.push(row);
  }
  const truncation =
    table.rows.length >= maxHuntedRows ? `Hunting gives at most ${maxHuntedRows} rows: ask for fewer machines` : null;
  return new Map(machineIds.map((id) => [id, { rows: rowsOf.get(id.toLowerCase()) ?? [], truncation }]));
};
