import type { Tenant } from '../config/tenants.ts';
import { maxHuntedRows, maxListedValues } from '../microsoft/hunting/limits.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';
import { chunked } from './filter-forms.ts';
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

/** What is found of each value, by queries that list no more than `most` of them. Fails as a whole with one of them. */
export const huntInParts = async <Found>(
  values: readonly string[],
  most: number,
  hunt: (part: readonly string[]) => Promise<ReadonlyMap<string, Found>>,
): Promise<ReadonlyMap<string, Found>> =>
  new Map((await Promise.all(chunked(values, most).map(hunt))).flatMap((found) => [...found]));

/** Why these may not be all; null: they are. `what`: of which fewer should be asked for at once. */
export const huntTruncation = (rowCount: number, what: string): string | null =>
  rowCount >= maxHuntedRows ? `Hunting gives at most ${maxHuntedRows} rows: ask for fewer ${what}` : null;

/** The rows of several machines. Calls: 1 for 500 of them. */
export const huntRowsOfMachines = <Row>(
  hunting: HuntingReads,
  tenant: Tenant,
  table: HuntedTable<Row>,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<Row>>> =>
  huntInParts(machineIds, maxListedValues, (part) => huntListed(hunting, tenant, table, part, scope));

const huntListed = async <Row>(
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
  const truncation = huntTruncation(table.rows.length, 'machines');
  return new Map(machineIds.map((id) => [id, { rows: rowsOf.get(id.toLowerCase()) ?? [], truncation }]));
};
