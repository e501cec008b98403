import { expect, onTestFinished, test } from 'vitest';
import { createJournal } from '../../../src/actions/once/journal.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import { createLog } from '../../../src/log.ts';
import type { SpaceOptions } from '../../../src/store/space.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { entryOf } from '../audit/support.ts';
import { createManualClock } from './support.ts';

const log = createLog({ level: 'silent' });
const subject = { kind: 'machineAction', machineId: 'm', type: 'ISOLATE', mark: '[dg:0123456789ab]' } as const;

/** A journal on a store, of a process whose clock is ahead of the store's. */
const journalOn = (store: Store, aheadMs = 0) => {
  const clock = createManualClock(Date.UTC(2026, 2, 1) + aheadMs);
  const presence = createPresence({ store, clock, log });
  return { clock, journal: createJournal({ store, presence, clock, log }) };
};

const storeAt = async (clock = createManualClock(Date.UTC(2026, 2, 1))): Promise<Store> => {
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  return store;
};

test('X1: a replica whose clock is ahead counts by the time of the store', async () => {
  const store = await storeAt();
  await journalOn(store).journal.open([{ audit: entryOf('m'), subject }]);
  expect(await journalOn(store, 600_000).journal.unsettled()).toHaveLength(1);
});

test.each([600_000, -600_000])('X1: a replica whose clock is %i ms off begins nothing', async (aheadMs) => {
  const { journal } = journalOn(await storeAt(), aheadMs);
  await expect(journal.open([{ audit: entryOf('m'), subject }])).rejects.toMatchObject({
    code: 'INTERNAL',
    message: expect.stringContaining('600 s off'),
  });
});

test('X1: an entry of another version stays, is nobody’s orphan, and may be the very action that is looked for', async () => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = await storeAt(clock);
  const { journal } = journalOn(store);
  const older = store.space<unknown>('journal', { encrypted: true });
  await older.set('audit-0', { audit: entryOf('m'), subject, owner: 'gone', state: 'SENT', at: 0 });
  expect(await journal.orphans()).toEqual([]);
  await expect(journal.unsettled()).rejects.toMatchObject({ code: 'CONFLICT', details: { retryAfterSeconds: 120 } });
  await clock.advance(121_000);
  expect(await journal.unsettled()).toEqual([]);
  expect(await older.keys()).toEqual(['audit-0']);
});

test('X1: what cannot be written again right before it is sent surely was not sent', async () => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = await storeAt(clock);
  const down = { isDown: false };
  const failing: Store = {
    ...store,
    space: <T>(name: string, options?: SpaceOptions) => {
      const space = store.space<T>(name, options);
      return {
        ...space,
        set: async (key: string, value: T, ttlMs?: number) => {
          if (down.isDown) throw Object.assign(new Error('ENOSPC: /a/path'), { code: 'ENOSPC' });
          await space.set(key, value, ttlMs);
        },
      };
    },
  };
  const presence = createPresence({ store: failing, clock, log });
  const journal = createJournal({ store: failing, presence, clock, log });
  const [entry] = await journal.open([{ audit: entryOf('m'), subject }]);
  if (entry === undefined) throw new Error('The journal opens one for each action');
  await clock.advance(6000);
  down.isDown = true;
  await expect(journal.renew(entry)).rejects.toMatchObject({ code: 'INTERNAL', details: { sent: 'no' } });
  // Why is told in a word, as of the audit log.
  await expect(journal.open([{ audit: entryOf('n'), subject }])).rejects.toMatchObject({
    message: 'The journal cannot be kept, so nothing was done: its disk is full',
  });
});
