import type { Config } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Tenant } from '../config/tenants.ts';
import { NotFoundError } from '../errors.ts';

/** The tenant of that name in the settings. Throws `NOT_FOUND` with the nearest name. */
export const tenantNamed = ({ tenants }: Pick<Config, 'tenants'>, name: string): Tenant => {
  const found = tenants.find((tenant) => tenant.name === name);
  if (found !== undefined) return found;
  const names = tenants.map((tenant) => tenant.name);
  throw new NotFoundError(`The settings have no tenant "${name}"${didYouMean(name, names)}: ${names.join(', ')}`);
};
