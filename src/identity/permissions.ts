import type { Tenant } from '../config/tenants.ts';
import { type ApiName, delegatedName } from '../microsoft/permissions.ts';

/** Permissions of which one is enough, by their names in the token of an app and in that of a user. */
export interface Needed {
  readonly api: ApiName;
  readonly permissions: readonly string[];
  /** Absent: those of the rule. */
  readonly delegated?: readonly string[];
}

/** Whether the tenant's tokens are those of a user: of the one who signed in, or of the caller. */
export const isDelegated = ({ auth }: Pick<Tenant, 'auth'>): boolean =>
  auth.kind === 'user' || auth.kind === 'onBehalfOf';

const delegatedOf = ({ api, permissions, delegated }: Needed): readonly string[] =>
  delegated ?? [...new Set(permissions.map((name) => delegatedName(api, name)))];

/** The permissions under the names that have to be granted in the tenant. */
export const namesToGrant = (needed: Needed, asUser: boolean): readonly string[] =>
  asUser ? delegatedOf(needed) : needed.permissions;

/** Those of them that a token carries, under either kind of name: the API is the judge. */
export const carriedOf = (carried: readonly string[], needed: Needed): readonly string[] =>
  [...new Set([...needed.permissions, ...delegatedOf(needed)])].filter((name) => carried.includes(name));
