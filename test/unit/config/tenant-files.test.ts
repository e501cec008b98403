import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTenantFiles } from '../../../src/config/tenants-folder/files.ts';
import { contoso } from './settings.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-files-'));
  await writeFile(join(folder, 'good.json'), JSON.stringify(contoso));
});
afterEach(() => rm(folder, { recursive: true }));

/** The faults of the file beside one that is right, which is read in any case. */
const faultsBeside = async () => {
  const files = await readTenantFiles({ env: {}, baseDir: folder }, []);
  expect(files.find(({ file }) => file === 'good.json')?.listed).toHaveLength(1);
  return files.find(({ file }) => file === 'odd.yaml')?.faults ?? [];
};

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

test.each<readonly [string, (path: string) => unknown, RegExp]>([
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path]), /is no file/],
  ['a device without an end', (path) => symlink('/dev/zero', path), /is no file/],
  ['a folder', (path) => mkdir(path), /is a folder/],
  ['a link that leads to itself', (path) => symlink(path, path), /ELOOP/],
  ['a file too large to be one of tenants', (path) => writeFile(path, Buffer.alloc(1_048_577, 'a')), /1048576 bytes/],
  ['a file of UTF-16, as of PowerShell 5.1', (path) => writeFile(path, '\ufeffname: a', 'utf16le'), /UTF-8/],
  ['a group that holds itself', (path) => writeFile(path, '&a\nname: x\nauth: *a\n'), /too deep/],
  ['lists in one another', (path) => writeFile(path, '['.repeat(5000) + ']'.repeat(5000)), /too deep/],
  [
    'aliases, each of which is looked for',
    (path) =>
      writeFile(
        path,
        lines(20_000, (at) => `- &a${at} x\n- *a${at}`),
      ),
    /20000 aliases/,
  ],
  [
    'keys, each of which is compared',
    (path) =>
      writeFile(
        path,
        lines(20_000, (at) => `k${at}: x`),
      ),
    /is required/,
  ],
])('P2: of %s it is told, and the others are read', async (_what, make, says) => {
  await make(join(folder, 'odd.yaml'));
  expect((await faultsBeside())[0]?.message).toMatch(says);
});

test.each([
  'clientSecret: *s3cret',
  'clientSecret: }s3cret',
  'clientSecret: |s3cret',
  'clientSecret: "\\U12s3cret"',
  'clientSecret: !s3cret! x',
  '%YAML s3cret\n---\na: b',
  'auth: {clientSecret:s3cret}',
  'auth: {clientSecret: {env: "s3cret~"}}',
])('P2: no fault repeats what may be a secret: %s', async (text) => {
  await writeFile(join(folder, 'odd.yaml'), text);
  const faults = await faultsBeside();
  expect(faults).not.toEqual([]);
  expect(JSON.stringify(faults)).not.toContain('s3cret');
});

test('P2: a key that is there twice is told with its place', async () => {
  await writeFile(join(folder, 'odd.yaml'), 'name: a\nname: b\n');
  expect(await faultsBeside()).toEqual([
    { path: 'line 2, column 1', message: 'this name stands in its group twice. The line: "name: …"' },
  ]);
});
