import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';

/** Delegated permissions of MDE whose names do not follow the rule, as its operations' pages print them. */
const oddDelegatedNames: Readonly<Record<string, string>> = {
  'File.Read.All': 'File.Read.All',
  'Ip.Read.All': 'Ip.Read.All',
  'URL.Read.All': 'URL.Read.All',
  'User.Read.All': 'User.Read.All',
  'RemediationTasks.Read.All': 'RemediationTask.Read',
};

/**
 * The name that a permission has in a user's token: MDE and M365D leave `.All` off, Graph's names are the same for apps and
 * users.
 */
export const delegatedName = (api: ApiName, permission: string): string => {
  if (api === 'graph') return permission;
  return Object.hasOwn(oddDelegatedNames, permission)
    ? (oddDelegatedNames[permission] ?? permission)
    : permission.replace(/\.All$/, '');
};

/** Whether the tenant's tokens are those of a user: of the one who signed in, or of the caller. */
export const isDelegated = ({ auth }: Pick<Tenant, 'auth'>): boolean =>
  auth.kind === 'user' || auth.kind === 'onBehalfOf';

/** The permissions under the names that have to be granted in the tenant. */
export const namesToGrant = (api: ApiName, permissions: readonly string[], delegated: boolean): readonly string[] =>
  delegated ? [...new Set(permissions.map((name) => delegatedName(api, name)))] : permissions;

/** Whether a token carries the permission, under either of its names. */
export const carries = (carried: readonly string[], api: ApiName, permission: string): boolean =>
  carried.includes(permission) || carried.includes(delegatedName(api, permission));
