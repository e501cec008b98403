import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../../src/make-folder.ts';

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'make-folder-'));
  await writeFile(join(place, 'file'), '');
});
afterAll(() => rm(place, { recursive: true }));

describe('makeFolder', () => {
  test('makes what is not there, for its owner alone, and leaves what is', async () => {
    makeFolder(join(place, 'a', 'b'));
    makeFolder(join(place, 'a', 'b'));
    expect((await stat(join(place, 'a', 'b'))).mode & 0o777).toBe(0o700);
  });

  test('throws where a file stands in the way', () => {
    expect(() => makeFolder(join(place, 'file', 'b'))).toThrow('EEXIST');
  });

  test.runIf(existsSync('/proc/self'))('P2: throws where nothing can be made, and does not go on for ever', () => {
    expect(() => makeFolder('/proc/none/b')).toThrow('ENOENT');
  });
});
