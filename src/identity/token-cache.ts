import { createHash } from 'node:crypto';
import type { ICachePlugin } from '@azure/msal-node';
import type { Tenant } from '../config/tenants.ts';
import type { Log } from '../log.ts';
import type { Space } from '../store/space.ts';

/**
 * The key of one partition. The login host is part of it: a stand-in's tokens are not Microsoft's; so is the credential, of which
 * `fingerprint` is a hash: what was had by an old one does not hide that the new one is wrong.
 */
export const tokenCacheKey = ({ cloud, tenantId, auth, authority }: Tenant, fingerprint = ''): string => {
  const place = createHash('sha256').update(`${authority}\n${fingerprint}`).digest('hex').slice(0, 16);
  return `v2:${cloud}:${tenantId}:${auth.clientId}:app:${place}`;
};

/**
 * Keeps the tokens of one MSAL application in the store. The key is fixed: MSAL merges what it reads into what it holds,
 * so a plugin that served two partitions would mix them. A store that fails costs a token request, never the token.
 */
export const createTokenCache = (space: Space<string>, key: string, log?: Log): ICachePlugin => ({
  beforeCacheAccess: async ({ tokenCache }) => {
    try {
      const stored = await space.get(key);
      if (stored !== undefined) tokenCache.deserialize(stored);
    } catch (error) {
      log?.warn('Stored tokens cannot be read', { key, err: error });
    }
  },
  afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => {
    if (!cacheHasChanged) return;
    try {
      await space.set(key, tokenCache.serialize());
    } catch (error) {
      log?.warn('Tokens cannot be stored', { key, err: error });
    }
  },
});
