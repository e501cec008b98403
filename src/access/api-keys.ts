import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../config/access.ts';
import { type Caller, createCaller } from './caller.ts';
import { permissionsOf, type RoleTable } from './roles.ts';

/** Finds the caller of a key, or `undefined`. Takes the same time for every key, known or not. */
export const createApiKeys = (keys: readonly ApiKey[], roles: RoleTable): ((key: string) => Caller | undefined) => {
  const entries = keys.map(({ name, sha256, roles: names, tenants }) => ({
    hash: Buffer.from(sha256, 'hex'),
    caller: createCaller({
      id: `apiKey:${name}`,
      name,
      kind: 'apiKey',
      roles: names,
      permissions: permissionsOf(names, roles),
      tenants: tenants === 'all' ? 'all' : new Set(tenants),
    }),
  }));
  return (key) => {
    const hash = createHash('sha256').update(key).digest();
    // All of them, without leaving early: the time must not tell how far the search came.
    const matches = entries.filter((entry) => timingSafeEqual(entry.hash, hash));
    return matches[0]?.caller;
  };
};
