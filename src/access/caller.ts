import { createHash } from 'node:crypto';
import type { Person } from '../domain/person.ts';
import type { CallerToken } from '../scope.ts';
import { type Grant, permissionsOf, tenantsOf } from './grants.ts';
import type { Permission } from './roles.ts';

/** Who asks. */
export interface Caller {
  /** Stable and unique, e.g. for idempotency keys and the audit log: `user:<tid>:<oid>`, `apiKey:<name>`. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  readonly kind: 'user' | 'app' | 'apiKey' | 'anonymous';
  /** The human behind them: a user, however they signed in, or the owner of an API key. Absent: nobody in particular. */
  readonly person?: Person;
  /** What they may do, and where; the three below are its unions. */
  readonly grants: readonly Grant[];
  readonly roles: readonly string[];
  /** What they may do somewhere: whether they may do it in one tenant is `Access`'s to say. */
  readonly permissions: ReadonlySet<Permission>;
  /** Names of the tenants that they may see. */
  readonly tenants: 'all' | ReadonlySet<string>;
  /** Equal for callers who may see and do the same: part of cursors and of shared cache keys. */
  readonly scopeHash: string;
  /** When their token or key ends, in epoch milliseconds; live connections end with it. Absent for a key without an end. */
  readonly expiresAtMs?: number;
  /** Requests that they may make in a minute, where their key says so. */
  readonly requestsPerMinute?: number;
  /** A user's own token, for tenants that are used on behalf of their callers. */
  readonly token?: CallerToken;
}

/** A token as it goes with the caller. */
export const callerTokenOf = (token: string): CallerToken => ({
  key: createHash('sha256').update(token).digest('base64url'),
  reveal: () => token,
});

const namesOf = (tenants: Grant['tenants']): unknown => (tenants === 'all' ? 'all' : [...tenants].sort());

const wordsOf = (words: readonly string[]): string[] => [...new Set(words.map((word) => word.toLowerCase()))].sort();

/** Where a grant counts, as text that is equal for equal places. */
const placeOf = ({ tenants, machines }: Grant): string =>
  JSON.stringify([namesOf(tenants), machines && [wordsOf(machines.machineGroups), wordsOf(machines.machineTags)]]);

/** Over what is given where: neither the names of roles nor their number matter. */
const hashOf = (grants: readonly Grant[]): string => {
  const byPlace = [...Map.groupBy(grants, placeOf)].map(([place, here]) => [place, [...permissionsOf(here)]]);
  return createHash('sha256').update(JSON.stringify(byPlace.sort())).digest('base64url').slice(0, 22);
};

/** Who a caller is, without what they may do. */
export type Identity = Omit<Caller, 'grants' | 'roles' | 'permissions' | 'tenants' | 'scopeHash'>;

/** A caller with what they may do. */
export const callerWith = (identity: Identity, grants: readonly Grant[]): Caller =>
  Object.freeze({
    ...identity,
    grants,
    roles: grants.map(({ role }) => role),
    permissions: permissionsOf(grants),
    tenants: tenantsOf(grants),
    scopeHash: hashOf(grants),
  });
