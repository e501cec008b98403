import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ApiKey } from '../config/access.ts';
import { AccessError } from '../errors.ts';
import { type Caller, callerWith, type Identity } from './caller.ts';
import { grantsOf } from './grants.ts';
import type { RoleTable } from './roles.ts';

const identityOf = ({ name, owner, expiresAtMs, requestsPerMinute }: ApiKey): Identity => ({
  id: `apiKey:${name}`,
  name,
  kind: 'apiKey',
  ...(owner === null ? {} : { person: owner }),
  ...(expiresAtMs === null ? {} : { expiresAtMs }),
  ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
});

/**
 * Finds the caller of a key, or `undefined`; throws `UNAUTHENTICATED` for a key that has expired. The search takes the same
 * time for every key, known or not.
 */
export const createApiKeys = (
  keys: readonly ApiKey[],
  roles: RoleTable,
  clock: Pick<Clock, 'now'>,
): ((key: string) => Caller | undefined) => {
  const entries = keys.map((key) => ({
    hash: Buffer.from(key.sha256, 'hex'),
    caller: callerWith(identityOf(key), grantsOf(key.roles, roles, key.tenants)),
  }));
  return (key) => {
    const hash = createHash('sha256').update(key).digest();
    // All of them, without leaving early: the time must not tell how far the search came.
    const [match] = entries.filter((entry) => timingSafeEqual(entry.hash, hash));
    const caller = match?.caller;
    if (caller?.expiresAtMs !== undefined && caller.expiresAtMs <= clock.now())
      throw new AccessError('UNAUTHENTICATED', 'The API key has expired');
    return caller;
  };
};
