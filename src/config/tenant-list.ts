import { z } from 'zod';
import { apiNames } from '../clouds/endpoints.ts';
import { readAuth } from './auth.ts';
import { cloudField, endpointsField, readPlace } from './endpoints.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, guid, section, textLike } from './fields.ts';
import { readQuotas } from './quotas.ts';
import type { ReferenceContext } from './references.ts';
import type { Tenant } from './tenants.ts';

const word = () => textLike(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens');
const api = () => choice(apiNames).optional();

const schema = section({
  name: word(),
  tenantId: guid(),
  // Read apart, so that a fault here hides none there.
  cloud: z.unknown().optional(),
  endpoints: z.unknown().optional(),
  auth: z.unknown().optional(),
  quotas: z.unknown().optional(),
  prefer: section({ incidents: api(), alerts: api(), hunting: api() }).default({}),
  tags: z.array(word()).default([]),
});

const placeSchema = section({ cloud: cloudField(), endpoints: endpointsField() });

const authOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'auth' in value ? value.auth : undefined;

const quotasOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'quotas' in value ? value.quotas : undefined;

const placeOf = (value: unknown): object =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([key]) => key === 'cloud' || key === 'endpoints'))
    : {};

/** Keys whose value is known, as `exactOptionalPropertyTypes` wants them. */
const present = ({ incidents, alerts, hunting }: z.output<typeof schema>['prefer']): Tenant['prefer'] => ({
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
  const read = faults.read(schema, value, path);
  const auth = await readAuth(authOf(value), [...path, 'auth'], context, faults);
  const quotas = readQuotas(quotasOf(value), [...path, 'quotas'], faults);
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
  };
};

const nameOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;

/** The tenants that could be read, and whether that is all of them. */
export interface TenantList {
  readonly tenants: readonly Tenant[];
  readonly complete: boolean;
}

export const readTenants = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<TenantList> => {
  const items = faults.read(z.array(z.unknown()).min(1, 'must name at least one tenant'), value, path) ?? [];
  const seen = new Map<unknown, number>();
  const read = await Promise.all(
    items.map((item, index) => {
      const name = nameOf(item);
      const earlier = seen.get(name);
      if (name !== undefined && earlier !== undefined)
        faults.add([...path, index, 'name'], `is the name of tenants[${earlier}] too`);
      else seen.set(name, index);
      return readTenant(item, [...path, index], context, faults);
    }),
  );
  const tenants = read.filter((tenant) => tenant !== undefined);
  return { tenants, complete: tenants.length === items.length };
};
