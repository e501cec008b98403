import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import type { Space } from './space.ts';
import { within } from './within.ts';

/**
 * A mark of each of Microsoft's tenants, by its `directoryKey`, that changes with every action there, and never comes back: what was kept
 * under another one is from before an action.
 */
export interface Generations {
  /** As it was known last; undefined: it is not known. It was the tenant's at some time before, so that what is read from now on is not older. */
  known(directory: string): string | undefined;
  /** As all replicas have it now; undefined: the store did not say in time. */
  current(directory: string): Promise<string | undefined>;
  /** What was kept of the tenant is from before. Never rejects. */
  change(directory: string): Promise<void>;
}

/** For a store that belongs to one process. */
export const createOwnGenerations = (): Generations => {
  const actions = new Map<string, number>();
  const known = (directory: string): string => String(actions.get(directory) ?? 0);
  return {
    known,
    current: async (directory) => known(directory),
    change: async (directory) => {
      actions.set(directory, (actions.get(directory) ?? 0) + 1);
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

  const tell = async (directory: string): Promise<void> => {
    const mark: string = randomUUID();
    owed.add(directory);
    await within(space.set(directory, mark), limitMs);
    owed.delete(directory);
    seen.set(directory, mark);
  };
  const both = (directory: string, shared: string): string => `${own.known(directory)} ${shared}`;

  const current = async (directory: string): Promise<string | undefined> => {
    try {
      if (owed.has(directory)) await tell(directory);
      const shared = (await within(space.get(directory), limitMs)) ?? '';
      seen.set(directory, shared);
      return both(directory, shared);
    } catch {
      return undefined;
    }
  };

  return {
    known: (directory) => {
      const nowMs = now();
      if (Math.abs(nowMs - (askedMs.get(directory) ?? 0)) >= renewedMs) {
        askedMs.set(directory, nowMs);
        void current(directory);
      }
      const shared = seen.get(directory);
      return shared === undefined ? undefined : both(directory, shared);
    },
    current,
    change: async (directory) => {
      await own.change(directory);
      await tell(directory).catch(() =>
        log.debug('Other replicas could not be told that what they keep of a tenant is from before an action', {
          directory,
        }),
      );
    },
  };
};
