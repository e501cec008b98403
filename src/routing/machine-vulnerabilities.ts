import type { Tenant } from '../config/tenants.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { CallScope } from '../scope.ts';
import { asCveId, asId, asMachineId, asText, type EntityOf, readFields } from '../unification/fields.ts';
import { hasId } from '../upstream/answers.ts';
import { type Kind, page } from '../upstream/call.ts';
import { mapFound } from './each-id.ts';
import type { EveryRow } from './every-row.ts';
import { type KeyedCollection, type RowsByParts, readRowsBy } from './rows-by.ts';

/** get-all-vulnerabilities-by-machines.md */
const fields = {
  id: asId('id'),
  cveId: asCveId('cveId'),
  machineId: asMachineId('machineId'),
  fixingKbId: asText('fixingKbId'),
  productName: asText('productName'),
  productVendor: asText('productVendor'),
} as const;

/** A product on a machine with one of its weaknesses. */
export type MachineVulnerability = Pick<
  EntityOf<typeof fields>,
  'cveId' | 'machineId' | 'fixingKbId' | 'productName' | 'productVendor'
>;

const read = readFields(fields);
type Wire = Readonly<Record<string, unknown>> & { readonly id: string };
const kind: Kind<Wire> = {
  one: 'a weakness of a machine',
  many: 'weaknesses of machines',
  is: (value): value is Wire => hasId(value, 'id'),
};

/** Microsoft's id of the product that a row is about; null when it does not say. software.md */
export const softwareIdOf = ({ productVendor, productName }: MachineVulnerability): string | null =>
  productVendor === null || productName === null ? null : `${productVendor}-_-${productName}`;

/**
 * The rows of machines or of CVEs: the bulk read that joins the two. Calls: 1 key 2, 100 machines 6, 100 CVEs 4, and one more
 * for each further 10,000 rows.
 */
export const readMachineVulnerabilities = async (
  parts: RowsByParts,
  tenant: Tenant,
  property: 'machineId' | 'cveId',
  values: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<MachineVulnerability> | Error>> => {
  const collection: KeyedCollection<Wire> = {
    ask: (asked) => page(mde.listVulnerabilitiesByMachineAndSoftware, {}, kind, asked),
    idOf: ({ id }) => id,
    property,
    valueIn: (wire) => read(wire)[property],
    top: 10_000,
  };
  const found = await readRowsBy(parts, tenant, collection, values, scope);
  return mapFound(found, ({ rows, truncation }) => ({ rows: rows.map(read), truncation }));
};
