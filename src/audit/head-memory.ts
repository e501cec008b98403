import { isRecord } from '../domain/records.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import { checked } from '../store/forms.ts';
import { namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';
import type { HeadMemory, KnownHead } from './loss.ts';

const isHead = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value.seq === 'number' &&
  typeof value.hash === 'string' &&
  (value.key === null || typeof value.key === 'string');

/** The part of the store where heads are, by the log's place; encrypted, so that nobody makes one up without the key. */
export const headSpace = (store: Pick<Store, 'space'>) =>
  store.space<KnownHead>('audit-head', checked(namespaces['audit-head'], isHead));

/** The head of the log at `place` as the store has it; null: none, or one that cannot be read (another key, another version). Rejects when the store does not answer. */
export const rememberedHead = async (store: Pick<Store, 'space'>, place: string): Promise<KnownHead | null> =>
  (await headSpace(store).get(place)) ?? null;

/**
 * Keeps the head in the store, one write at a time and the newest last. A store that does not answer is told in the log and
 * tried again with the next record: the log itself is written and whole.
 */
export const createHeadMemory = (store: Pick<Store, 'space'>, place: string, log: Log): HeadMemory => {
  const heads = headSpace(store);
  let known: Promise<KnownHead | null> | null = null;
  let next: KnownHead | null = null;
  let writing: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    while (next !== null) {
      const head = next;
      next = null;
      try {
        const before = await heads.get(place);
        // Another replica may be further on; what is lost by a race is some records of the last moment.
        if (before === undefined || before.seq < head.seq || before.key !== head.key) {
          await heads.set(place, { seq: head.seq, hash: head.hash, key: head.key });
        }
      } catch (thrown) {
        log.warn('The end of the audit log could not be remembered in the store', { err: asError(thrown) });
      }
    }
    writing = null;
  };
  return {
    known: async () => {
      known ??= rememberedHead(store, place);
      try {
        return await known;
      } catch (error) {
        // Asked again by the next action.
        known = null;
        throw error;
      }
    },
    remember: (head) => {
      next = head;
      writing ??= write();
    },
    settled: async () => {
      await writing;
    },
  };
};
