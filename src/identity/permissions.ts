import type { Tenant } from '../config/tenants.ts';

/** Permissions of which one is enough: an operation's, by their names in the token of an app and in that of a user. */
export interface Needed {
  readonly permissions: readonly string[];
  /** Absent: the same names. */
  readonly delegated?: readonly string[];
}

/** Whether the tenant's tokens are those of a user: of the one who signed in, or of the caller. */
export const isDelegated = ({ auth }: Pick<Tenant, 'auth'>): boolean =>
  auth.kind === 'user' || auth.kind === 'onBehalfOf';

/** The permissions under the names that have to be granted in the tenant. */
export const namesToGrant = ({ permissions, delegated = permissions }: Needed, asUser: boolean): readonly string[] =>
  asUser ? delegated : permissions;

/** Those of them that a token carries, under either kind of name: the API is the judge. */
export const carriedOf = (carried: readonly string[], { permissions, delegated = permissions }: Needed) =>
  [...new Set([...permissions, ...delegated])].filter((name) => carried.includes(name));
