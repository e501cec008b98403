import { createHash } from 'node:crypto';
import type { Tenant } from './tenants.ts';

/**
 * What state that outlives a request is kept under, since the name of a tenant may be another tenant's after the folder of tenants was
 * read again. Either of the two, and never the name: `test/unit/tenant-bound.test.ts` holds the code to it.
 */

/** What tells Microsoft's tenants apart. */
export type DirectoryPlace = Pick<Tenant, 'cloud' | 'tenantId'>;

/** Microsoft's tenant, whatever its name here: for what is kept of the things in it. */
export const directoryKey = ({ cloud, tenantId }: DirectoryPlace): string => `${cloud}/${tenantId}`;

/** What of a tenant makes it the same one, reached in the same way by the same identity. */
export type TenantIdentity = DirectoryPlace & Pick<Tenant, 'name' | 'authority' | 'apis' | 'auth'>;

const known = new WeakMap<TenantIdentity, string>();

/**
 * The tenant as it is set: its name, Microsoft's tenant, where it is reached and as whom; for what is found out by asking it. JSON leaves
 * out what gives a secret, as that is a function: one that is replaced leaves the tenant what it was.
 */
export const tenantKey = (tenant: TenantIdentity): string => {
  const made = known.get(tenant);
  if (made !== undefined) return made;
  const { name, cloud, tenantId, authority, apis, auth } = tenant;
  const text = JSON.stringify([name, cloud, tenantId, authority, apis, auth]);
  const key = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  known.set(tenant, key);
  return key;
};
