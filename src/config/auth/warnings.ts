import type { Tenant } from '../tenants.ts';

/** Sign-ins that can be read but will never come about. `bearers`: how many issuers of user tokens the settings name. */
export const authWarnings = (tenants: readonly Pick<Tenant, 'name' | 'auth'>[], bearers: number): string[] =>
  bearers > 0
    ? []
    : tenants.flatMap(({ name, auth }) =>
        auth.kind === 'onBehalfOf'
          ? [
              `tenants: "${name}" is used on behalf of its callers (auth.onBehalfOf), but without access.entra nobody can bring a user token`,
            ]
          : [],
      );
