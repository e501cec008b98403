import { checked } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, type KeyUse, placeOf } from './key-use.ts';

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Where what was found for a key is kept. */
const settledPlace = (use: KeyUse): string =>
  hashOf([...placeOf(use), 'settled', ...(use.tenantId === undefined ? [] : [use.tenantId])]);

/** Where earlier versions kept it. */
const earlierSettledPlace = (use: KeyUse): string => hashOf([...placeOf(use), 'settled']);

/** What keys stand for that do not name it: as long as they do. */
export const createSettled = (store: Pick<Store, 'space'>) => {
  const space = store.space<readonly string[]>(
    'idempotency-settled',
    checked(namespaces['idempotency-settled'], isTexts),
  );
  return {
    /** What was worked out for the first use of a key: every repeat has the same. Without a key it is worked out each time. */
    first: async (use: KeyUse, work: () => Promise<readonly string[]>): Promise<readonly string[]> => {
      if (use.key === undefined) return work();
      const place = settledPlace(use);
      const before = (await space.get(place)) ?? (await space.get(earlierSettledPlace(use)));
      if (before !== undefined) return before;
      const now = await work();
      // Of two at once the first one counts.
      return (await space.add(place, now)) ? now : ((await space.get(place)) ?? now);
    },

    /** Puts that in its place. For runs under the key, of which one works at a time. */
    replace: async (use: KeyUse, all: readonly string[]): Promise<void> => {
      if (use.key !== undefined) await space.set(settledPlace(use), all);
    },

    /** Nothing was begun under the key. */
    forget: async (use: KeyUse): Promise<void> => {
      const places = new Set([settledPlace(use), earlierSettledPlace(use)]);
      await Promise.all([...places].map(space.delete));
    },
  };
};
