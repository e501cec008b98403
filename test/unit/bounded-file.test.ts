import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileBoundsError, readBoundedFile } from '../../src/bounded-file.ts';

const bounds = { bytes: 1000, ms: 200 };

let folder: string;
const pathOf = (name: string): string => join(folder, name);
const pipeNamed = async (name: string): Promise<string> => {
  await promisify(execFile)('mkfifo', [pathOf(name)]);
  return pathOf(name);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bounded-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('D1: a file of as many bytes as may be is read, and one of a byte more is not', async () => {
  const path = pathOf('file');
  await writeFile(path, 'x'.repeat(1000));
  expect(await readBoundedFile(path, bounds)).toMatchObject({ bytes: Buffer.alloc(1000, 'x'), isFile: true });
  await writeFile(path, 'x'.repeat(1001));
  await expect(readBoundedFile(path, bounds)).rejects.toThrow(new FileBoundsError('it has more than 1000 bytes'));
});

test('D1: a device that never ends is read up to the bound', async () => {
  await expect(readBoundedFile('/dev/zero', bounds)).rejects.toThrow('it has more than 1000 bytes');
  expect(await readBoundedFile('/dev/null', bounds)).toMatchObject({ bytes: Buffer.alloc(0), isFile: false });
});

test('D1: a pipe is waited for until its time is up, and read as a whole', async () => {
  const pipe = await pipeNamed('pipe');
  await expect(readBoundedFile(pipe, bounds)).rejects.toThrow('nothing more came of it for 0.2 s');
  const reading = readBoundedFile(pipe, { ...bounds, ms: 10_000 });
  await promisify(execFile)('sh', ['-c', `(printf one; sleep 0.2; printf two) > ${pipe}`]);
  expect(await reading).toMatchObject({ bytes: Buffer.from('onetwo'), isFile: false });
});

test('what cannot be opened or read is told as the system tells it', async () => {
  await expect(readBoundedFile(pathOf('none'), bounds)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readBoundedFile(folder, bounds)).rejects.toMatchObject({ code: 'EISDIR' });
});
