import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import type { Space } from './space.ts';
import { within } from './within.ts';

/**
 * A mark of each tenant that changes with every action there, and never comes back: what was kept under another one is from before
 * an action.
 */
export interface Generations {
  /** As it was known last; undefined: it is not known. It was the tenant's at some time before, so that what is read from now on is not older. */
  known(tenant: string): string | undefined;
  /** As all replicas have it now; undefined: the store did not say in time. */
  current(tenant: string): Promise<string | undefined>;
  /** What was kept of the tenant is from before. Never rejects. */
  change(tenant: string): Promise<void>;
}

/** For a store that belongs to one process. */
export const createOwnGenerations = (): Generations => {
  const actions = new Map<string, number>();
  const known = (tenant: string): string => String(actions.get(tenant) ?? 0);
  return {
    known,
    current: async (tenant) => known(tenant),
    change: async (tenant) => {
      actions.set(tenant, (actions.get(tenant) ?? 0) + 1);
    },
  };
};

/** How long the store is waited for, milliseconds. */
const limitMs = 80;
/** What is known is renewed at most this often, milliseconds, by reads that need not have it now. */
const renewedMs = 1000;

/**
 * For replicas. One that could not tell the others of an action goes on trying. That the store does not answer stands in the log already,
 * and whoever cannot ask it gives nothing of what they keep.
 */
export const createSharedGenerations = (
  space: Pick<Space<string>, 'get' | 'set'>,
  { now, log }: { readonly now: () => number; readonly log: Log },
): Generations => {
  const own = createOwnGenerations();
  /** As the store had it, and when it was asked last. */
  const seen = new Map<string, string>();
  const askedMs = new Map<string, number>();
  /** Actions of which the others have not heard. */
  const owed = new Set<string>();

  const tell = async (tenant: string): Promise<void> => {
    const mark: string = randomUUID();
    owed.add(tenant);
    await within(space.set(tenant, mark), limitMs);
    owed.delete(tenant);
    seen.set(tenant, mark);
  };
  const both = (tenant: string, shared: string): string => `${own.known(tenant)} ${shared}`;

  const current = async (tenant: string): Promise<string | undefined> => {
    try {
      if (owed.has(tenant)) await tell(tenant);
      const shared = (await within(space.get(tenant), limitMs)) ?? '';
      seen.set(tenant, shared);
      return both(tenant, shared);
    } catch {
      return undefined;
    }
  };

  return {
    known: (tenant) => {
      const nowMs = now();
      if (Math.abs(nowMs - (askedMs.get(tenant) ?? 0)) >= renewedMs) {
        askedMs.set(tenant, nowMs);
        void current(tenant);
      }
      const shared = seen.get(tenant);
      return shared === undefined ? undefined : both(tenant, shared);
    },
    current,
    change: async (tenant) => {
      await own.change(tenant);
      await tell(tenant).catch(() =>
        log.debug('Other replicas could not be told that what they keep of a tenant is from before an action', {
          tenant,
        }),
      );
    },
  };
};
