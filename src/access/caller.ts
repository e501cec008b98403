import { createHash } from 'node:crypto';
import type { CallerToken } from '../scope.ts';
import type { Permission } from './roles.ts';

/** Who asks. */
export interface Caller {
  /** Stable and unique, e.g. for idempotency keys and the audit log: `user:<tid>:<oid>`, `apiKey:<name>`. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  readonly kind: 'user' | 'app' | 'apiKey' | 'anonymous';
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<Permission>;
  /** Names of the tenants that he may see. */
  readonly tenants: 'all' | ReadonlySet<string>;
  /** Equal for callers who may see and do the same: part of cursors and of shared cache keys. */
  readonly scopeHash: string;
  /** When his token ends; live connections end with it. Absent for keys. */
  readonly expiresAtMs?: number;
  /** A user's own token, for tenants that are used on behalf of their callers. */
  readonly token?: CallerToken;
}

/** A token as it goes with the caller. */
export const callerTokenOf = (token: string): CallerToken => ({
  key: createHash('sha256').update(token).digest('base64url'),
  reveal: () => token,
});

const hashOf = (permissions: ReadonlySet<Permission>, tenants: Caller['tenants']): string =>
  createHash('sha256')
    .update(JSON.stringify([[...permissions].sort(), tenants === 'all' ? 'all' : [...tenants].sort()]))
    .digest('base64url')
    .slice(0, 22);

/** A caller with the hash of what he may see and do. */
export const createCaller = (parts: Omit<Caller, 'scopeHash'>): Caller =>
  Object.freeze({ ...parts, scopeHash: hashOf(parts.permissions, parts.tenants) });
