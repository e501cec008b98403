import type { Config } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Tenant } from '../config/tenants.ts';
import { InputError, NotFoundError } from '../errors.ts';

/** The tenant of that name in the settings. Throws `NOT_FOUND` with the nearest name. */
export const tenantNamed = ({ tenants }: Pick<Config, 'tenants'>, name: string): Tenant => {
  const found = tenants.find((tenant) => tenant.name === name);
  if (found !== undefined) return found;
  const names = tenants.map((tenant) => tenant.name);
  const nearest = didYouMean(name, names);
  throw new NotFoundError(
    `The settings have no tenant "${name}"${nearest}${nearest ? ' They have' : ':'} ${names.join(', ')}`,
  );
};

/**
 * The same, for a tenant whose user signs in. Throws `BAD_USER_INPUT` when it has none, or when the store would keep nothing
 * of a sign-in from one process to the next.
 */
export const userTenantNamed = (config: Pick<Config, 'tenants' | 'store'>, name: string): Tenant => {
  const tenant = tenantNamed(config, name);
  if (tenant.auth.kind !== 'user') {
    throw new InputError(`Tenant "${name}" does not sign in as a user: its settings have no auth.userName`);
  }
  if (config.store.kind === 'memory') {
    throw new InputError('store.url is memory: a sign-in would be gone at once. Choose a store that lasts');
  }
  return tenant;
};
