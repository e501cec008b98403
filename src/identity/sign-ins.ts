import { createHash, randomUUID } from 'node:crypto';
import type { ICachePlugin } from '@azure/msal-node';
import type { Tenant } from '../config/tenants.ts';
import { isRecord } from '../domain/records.ts';
import { checked } from '../store/forms.ts';
import { namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';

/** A user who has signed in to a tenant for the gateway. */
export interface SignIn {
  /** New with each sign-in: what was had through an earlier one is left behind. */
  readonly id: string;
  readonly userName: string;
  readonly homeAccountId: string;
  /** ISO 8601. */
  readonly signedInAt: string;
}

/** The sign-ins of users, in the store, encrypted; shared by all replicas and by the command line. */
export interface SignIns {
  /** Who is signed in. Rejects when the store does not answer: that must not look like signed out. */
  of(tenant: Tenant): Promise<SignIn | undefined>;
  /**
   * MSAL's cache of one sign-in, refresh token and all. With `tenant` it is that tenant's, and nothing is kept any more once it
   * has ended: a token that was under way would bring it back. Without, the sign-in is yet to come about.
   */
  cacheOf(id: string, tenant?: Tenant): ICachePlugin;
  /** Forgets the cache of a sign-in that came to nothing. */
  drop(id: string): Promise<void>;
  /** Makes this the tenant's sign-in. */
  keep(tenant: Tenant, signIn: SignIn): Promise<void>;
  /** Forgets it at once, everywhere; false: there was none. */
  end(tenant: Tenant): Promise<boolean>;
}

const isSignIn = (value: unknown): boolean =>
  isRecord(value) &&
  [value.id, value.userName, value.homeAccountId, value.signedInAt].every((part) => typeof part === 'string');

/** The same tenant, app, user and login host. */
export const signInKey = ({ cloud, tenantId, authority, auth }: Tenant): string => {
  const user = auth.kind === 'user' ? auth.userName.toLowerCase() : '';
  const place = createHash('sha256')
    .update(JSON.stringify([authority, user]))
    .digest('hex')
    .slice(0, 32);
  return `v1:${cloud}:${tenantId}:${auth.clientId ?? ''}:${place}`;
};

/** A GUID. */
export const newSignInId = (): string => randomUUID();

/** Sign-ins in the store; what it cannot do rejects with `INTERNAL`, and an entry of another key or version counts as absent. */
export const createSignIns = (store: Store): SignIns => {
  const records = store.space<SignIn>('sign-ins', checked(namespaces['sign-ins'], isSignIn));
  const caches = store.space<string>('sign-in-caches', namespaces['sign-in-caches']);
  return {
    of: (tenant) => records.get(signInKey(tenant)),
    cacheOf: (id, tenant) => ({
      beforeCacheAccess: async ({ tokenCache }) => {
        const stored = await caches.get(id);
        if (stored !== undefined) tokenCache.deserialize(stored);
      },
      afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => {
        if (!cacheHasChanged) return;
        await caches.set(id, tokenCache.serialize());
        // Looked at after the write: `end` forgets the record first, so that one of the two deletes the cache.
        if (tenant !== undefined && (await records.get(signInKey(tenant)))?.id !== id) await caches.delete(id);
      },
    }),
    drop: async (id) => {
      await caches.delete(id);
    },
    keep: async (tenant, signIn) => {
      const earlier = await records.get(signInKey(tenant));
      await records.set(signInKey(tenant), signIn);
      if (earlier !== undefined && earlier.id !== signIn.id) await caches.delete(earlier.id);
    },
    end: async (tenant) => {
      const signIn = await records.get(signInKey(tenant));
      if (signIn === undefined) return false;
      await records.delete(signInKey(tenant));
      await caches.delete(signIn.id);
      return true;
    },
  };
};
