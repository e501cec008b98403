import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { ForeignVersionError, type Versioned, versioned } from '../../../src/store/versioned.ts';
import { createMemoryLog } from './support.ts';

test.each([
  ['a later version', { v: 2, value: 'later' }],
  ['no version', { text: 'earlier' }],
])('X3: an entry of %s is left alone and told', async (_what, entry) => {
  const store = await openStore({ url: 'memory:' });
  const log = createMemoryLog();
  await store.space<unknown>('things').set('a', entry);
  const space = versioned<string>(store.space('things'), { version: 1, what: 'This thing', log });
  await expect(space.get('a')).rejects.toThrow(ForeignVersionError);
  await expect(space.get('a')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('This thing was stored by another version'),
  });
  expect(await space.add('a', 'mine')).toBe(false);
  expect(await store.space<unknown>('things').get('a')).toEqual(entry);
  expect(log.lines).toHaveLength(2);
  await space.set('b', 'mine');
  expect(await space.get('b')).toBe('mine');
  expect(await space.get('c')).toBeUndefined();
  await store.close();
});

test('X3: an entry that does not open is there, and not absent', async () => {
  const store = await openStore({ url: 'memory:' });
  await store.space<string>('things').set('a', 'no sealed text');
  const sealed = store.space<Versioned<string>>('things', { encrypted: true });
  const space = versioned(sealed, { version: 1, what: 'This thing', log: createMemoryLog() });
  await expect(space.get('a')).rejects.toThrow('cannot be read');
  await store.close();
});
