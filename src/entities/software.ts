import type { SoftwareFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongTexts, type FilterRows } from '../routing/filters/rows.ts';
import { atLeast, isTrue } from '../routing/filters/value-rows.ts';
import { asBoolean, asId, asNumber, asSent, asText, type EntityOf, readFields } from '../unification/fields.ts';
import { one } from '../upstream/call.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, identified, joinedNames, mdeReads, namedBy } from './mde-entity.ts';
import { byNumber } from './orders.ts';

/** software.md, whose table writes some names with a capital. */
export const softwareFields = {
  softwareId: asId('id'),
  name: asText('name', 'Name'),
  vendor: asText('vendor', 'Vendor'),
  weaknesses: asNumber('weaknesses', 'Weaknesses'),
  publicExploit: asBoolean('publicExploit'),
  activeAlert: asBoolean('activeAlert'),
  exposedMachines: asNumber('exposedMachines'),
  impactScore: asNumber('impactScore'),
  raw: asSent(),
} as const;

/** A product that is installed on machines of a tenant. */
export interface Software extends OfTenant, EntityOf<typeof softwareFields> {}

/** get-software-ver-distribution.md */
export const softwareVersionFields = {
  version: asText('version'),
  installations: asNumber('installations'),
  vulnerabilities: asNumber('vulnerabilities'),
} as const;

/** A version of a product, over the tenant's machines. */
export interface SoftwareVersion extends EntityOf<typeof softwareVersionFields> {}

/** Reads one. */
export const softwareFromMde = fromMde(softwareFields);

/**
 * A product of which nothing but its id is known: inventories name some that the list of products has not, e.g. those without a
 * CPE. advanced-hunting-devicetvmsoftwareinventory-table.md
 */
export const softwareNamed = (tenant: string, id: string): Software => {
  const [vendor, name] = id.split('-_-');
  return softwareFromMde({ name: tenant }, { id, vendor, name });
};

/** Reads a version. */
export const readSoftwareVersion = readFields(softwareVersionFields);

const id = { field: 'softwareId', form: joinedNames, says: 'vendor and name, e.g. microsoft-_-edge' } as const;
const idOf = ({ softwareId }: Software): string => softwareId;

/** get-software.md; names and vendors may be in any case, so that they are not pushed. */
const rows = {
  softwareId: namedBy(idOf, id),
  name: amongTexts(({ name }: Software) => [name]),
  vendor: amongTexts(({ vendor }: Software) => [vendor]),
  publicExploit: isTrue(({ publicExploit }: Software) => publicExploit),
  weaknessesAtLeast: atLeast(({ weaknesses }: Software) => weaknesses),
} satisfies FilterRows<SoftwareFilter, Software>;

/** The row of the table of entities. */
export const software = entity({
  type: 'Software',
  id,
  idOf,
  permission: 'vulnerability:read',
  visible: byPermissionAlone,
  reads: mdeReads<SoftwareFilter, Software>({
    capability: 'software.read',
    kind: identified('a product', 'software'),
    list: mde.listSoftware,
    one: (id, kind) => one(mde.getSoftware, { id }, kind),
    read: softwareFromMde,
    rows,
    idOf,
    byIds: 'softwareId',
    usual: (id) => id.toLowerCase(),
    many: 'filter',
    isListedWhole: true,
  }),
  lookUp: 'softwareProduct',
  named: softwareNamed,
  timeOf: null,
  orders: {
    NAME: (a: Software, b: Software) => (a.name ?? '').localeCompare(b.name ?? '', 'en'),
    WEAKNESSES: byNumber(({ weaknesses }: Software) => weaknesses),
    EXPOSED_MACHINES: byNumber(({ exposedMachines }: Software) => exposedMachines),
    IMPACT_SCORE: byNumber(({ impactScore }: Software) => impactScore),
  },
  check: checkedBy<SoftwareFilter, Software>(rows),
});
