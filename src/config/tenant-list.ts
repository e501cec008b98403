import { z } from 'zod';
import { apiNames } from '../clouds/endpoints.ts';
import { capabilityNames } from '../routing/capabilities.ts';
import { readAuth } from './auth.ts';
import { cloudField, endpointsField, readPlace } from './endpoints.ts';
import { type ConfigPath, type Faults, pathText } from './faults.ts';
import { choice, guid, section, text, textLike } from './fields.ts';
import { readQuotas } from './quotas.ts';
import type { ReferenceContext } from './references.ts';
import { didYouMean } from './suggest.ts';
import type { Tenant } from './tenants.ts';

const word = () => textLike(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens');
const api = () => choice(apiNames).optional();

/** One tenant, without its place. */
export const tenantSchema = section({
  name: word(),
  tenantId: guid(),
  // Read apart, so that a fault here hides none there.
  cloud: z.unknown().optional(),
  endpoints: z.unknown().optional(),
  auth: z.unknown().optional(),
  quotas: z.unknown().optional(),
  prefer: section({ incidents: api(), alerts: api(), hunting: api() }).default({}),
  tags: z.array(word()).default([]),
  expects: z.unknown().optional(),
});

/** Where a tenant is. */
export const placeSchema = section({ cloud: cloudField(), endpoints: endpointsField() });

const authOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'auth' in value ? value.auth : undefined;

const quotasOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'quotas' in value ? value.quotas : undefined;

const expectsOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'expects' in value ? value.expects : undefined;

const expectsSchema = z.array(text()).min(1, 'must name at least one capability; leave it out for all').optional();

/** Names of capabilities, each once; one that is none is a fault with the nearest. */
const readExpects = (value: unknown, path: ConfigPath, faults: Faults): readonly string[] | undefined => {
  const names = faults.read(expectsSchema, value, path);
  for (const [index, name] of (names ?? []).entries()) {
    if (capabilityNames.some((known) => known === name)) continue;
    faults.add([...path, index], `there is no capability "${name}"${didYouMean(name, capabilityNames)}`);
  }
  return names && [...new Set(names)];
};

const placeOf = (value: unknown): object =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([key]) => key === 'cloud' || key === 'endpoints'))
    : {};

/** Keys whose value is known, as `exactOptionalPropertyTypes` wants them. */
const present = ({ incidents, alerts, hunting }: z.output<typeof tenantSchema>['prefer']): Tenant['prefer'] => ({
  ...(incidents && { incidents }),
  ...(alerts && { alerts }),
  ...(hunting && { hunting }),
});

const readTenant = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<Tenant | undefined> => {
  const read = faults.read(tenantSchema, value, path);
  const auth = await readAuth(authOf(value), [...path, 'auth'], context, faults);
  const quotas = readQuotas(quotasOf(value), [...path, 'quotas'], faults);
  const expects = readExpects(expectsOf(value), [...path, 'expects'], faults);
  const located = faults.read(placeSchema, placeOf(value), path);
  const place = located && readPlace(located.cloud, located.endpoints, path, faults);
  if (read === undefined || auth === undefined || place === undefined) return undefined;
  return {
    name: read.name,
    tenantId: read.tenantId,
    tags: [...new Set(read.tags)],
    ...place,
    auth,
    quotas,
    prefer: present(read.prefer),
    ...(expects && { expects }),
  };
};

const nameOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;

/** A tenant, and where it stands in its file. */
export interface ListedTenant {
  readonly tenant: Tenant;
  readonly path: ConfigPath;
}

/** The tenants of a list that can be read; a second one of a name is a fault. */
export const readTenantItems = async (
  items: readonly unknown[],
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<readonly ListedTenant[]> => {
  const seen = new Map<unknown, number>();
  const read = await Promise.all(
    items.map(async (item, index): Promise<ListedTenant | undefined> => {
      const at = [...path, index];
      const name = nameOf(item);
      const earlier = seen.get(name);
      const isSecond = name !== undefined && earlier !== undefined;
      if (isSecond) faults.add([...at, 'name'], `is the name of ${pathText([...path, earlier])} too`);
      else seen.set(name, index);
      const tenant = await readTenant(item, at, context, faults);
      return tenant === undefined || isSecond ? undefined : { tenant, path: at };
    }),
  );
  return read.filter((listed) => listed !== undefined);
};

/** One tenant that is the whole of a file. */
export const readOnlyTenant = async (
  value: unknown,
  context: ReferenceContext,
  faults: Faults,
): Promise<readonly ListedTenant[]> => {
  const tenant = await readTenant(value, [], context, faults);
  return tenant === undefined ? [] : [{ tenant, path: [] }];
};

/** The tenants that could be read, and whether that is all of them. */
export interface TenantList {
  readonly tenants: readonly Tenant[];
  readonly complete: boolean;
  /** Told of names and tags that no tenant has, where that is no fault since others may come; absent: it is a fault. */
  readonly note?: (path: ConfigPath, message: string) => void;
}

/** The tenants of the settings file. `mayBeEmpty`: there are others elsewhere. */
export const readTenants = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): Promise<TenantList> => {
  const list = mayBeEmpty ? z.array(z.unknown()) : z.array(z.unknown()).min(1, 'must name at least one tenant');
  const items = faults.read(list, mayBeEmpty ? (value ?? []) : value, path) ?? [];
  const tenants = (await readTenantItems(items, path, context, faults)).map(({ tenant }) => tenant);
  return { tenants, complete: tenants.length === items.length };
};
