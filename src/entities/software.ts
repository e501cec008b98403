import { asBoolean, asId, asNumber, asSent, asText, type EntityOf, readFields } from '../unification/fields.ts';
import { fromMde, type OfTenant } from './entity.ts';

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

/** Reads a version. */
export const readSoftwareVersion = readFields(softwareVersionFields);
