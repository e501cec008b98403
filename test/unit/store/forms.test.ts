import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { textForm } from '../../../src/store/forms.ts';
import type { SpaceOptions } from '../../../src/store/space.ts';
import { openStore } from '../../../src/store/store.ts';
import { createMemoryLog } from './support.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-forms-'));
});
afterEach(() => rm(folder, { recursive: true }));

const encryptionKey = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

const open = async (keyByte = 1) => {
  const log = createMemoryLog();
  const store = await openStore({
    url: `sqlite:${join(folder, 'gateway.sqlite')}`,
    encryptionKey: encryptionKey(keyByte),
    log,
  });
  onTestFinished(() => store.close());
  return { store, log };
};

/** Puts a text of somebody else in the place of the entry. */
const overwrite = (text: string): void => {
  const database = new DatabaseSync(join(folder, 'gateway.sqlite'));
  database.prepare('UPDATE entries SET value = ?').run(text);
  database.close();
};

const later = { ...textForm, version: 2 };

/** How an entry may come to be one that this gateway cannot read. */
const strange: readonly {
  readonly what: string;
  readonly encrypted?: boolean;
  readonly written?: SpaceOptions;
  readonly instead?: string;
  readonly keyByte?: number;
  readonly why: string;
}[] = [
  { what: 'of a later version', written: { form: later }, why: 'another version of the gateway kept it' },
  { what: 'of a version without forms', written: {}, why: 'another version of the gateway kept it' },
  { what: 'of another form', instead: '{"value":"{\\"v\\":1,\\"value\\":7}"}', why: 'it has not the form' },
  { what: 'cut inside', instead: '{"value":"{\\"v\\":1,\\"val"}', why: 'it was changed' },
  { what: 'cut outside', instead: '{"value":"{\\"v', why: 'the gateway did not write it' },
  { what: 'of somebody else', instead: '{"hello":"world"}', why: 'the gateway did not write it' },
  { what: 'of another encryption key', encrypted: true, keyByte: 2, why: 'another encryptionKey' },
];

describe.each(strange)(
  'X6: an entry $what',
  ({ encrypted = false, written = { form: textForm }, instead, keyByte, why }) => {
    const write = async (): Promise<void> => {
      const { store } = await open();
      await store.space<string>('things', { ...written, encrypted }).set('k', 'kept');
      if (instead !== undefined) overwrite(instead);
    };

    test('X6: is absent where nothing is guarded, told once, and stays', async () => {
      await write();
      const { store, log } = await open(keyByte);
      const space = store.space<string>('things', { form: textForm, encrypted });
      expect(await space.get('k')).toBeUndefined();
      expect(await space.get('k')).toBeUndefined();
      expect(log.lines.filter((line) => line.startsWith('A stored value cannot be read'))).toEqual([
        expect.stringContaining(why),
      ]);
      expect(await space.has('k')).toBe(true);
      await space.set('k', 'anew');
      expect(await space.get('k')).toBe('anew');
    });

    test('X6: is refused where something is guarded, and stays', async () => {
      await write();
      const { store } = await open(keyByte);
      const space = store.space<string>('things', { guards: textForm, encrypted });
      const refusal = { code: 'CONFLICT', message: expect.stringContaining(why), details: { sent: 'no' } };
      await expect(space.get('k')).rejects.toMatchObject(refusal);
      await expect(space.get('k')).rejects.toMatchObject(refusal);
      expect(await space.add('k', 'anew')).toBe(false);
    });
  },
);

test('X6: a database of a later version is refused in words and left alone', async () => {
  const { store } = await open();
  await store.space<string>('things', { form: textForm }).set('k', 'kept');
  const sql = (statement: string): unknown => {
    const database = new DatabaseSync(join(folder, 'gateway.sqlite'));
    try {
      return database.prepare(statement).all();
    } finally {
      database.close();
    }
  };
  expect(sql('PRAGMA user_version')).toEqual([{ user_version: 1 }]);
  sql('PRAGMA user_version = 2');
  await expect(open()).rejects.toThrow('is of a later version of the gateway (2; this one knows 1) and is left alone');
  expect(sql('PRAGMA user_version')).toEqual([{ user_version: 2 }]);
});
