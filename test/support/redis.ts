import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Needs a real `redis-server` on the PATH. */
const howToInstall =
  'redis-server is not on the PATH: install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis)';

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/**
 * A Redis of its own that takes connections: in memory, or with each write in `keptIn`, a folder that outlives it; with what was there at
 * the last `SAVE` alone, where not each is kept.
 */
export const startRedis = async (
  port: number,
  keptIn: string | null = null,
  databases = 16,
  keepsEach = keptIn !== null,
): Promise<ChildProcess> => {
  const folder = keptIn ?? (await mkdtemp(join(tmpdir(), 'redis-')));
  const kept = keepsEach ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const redis = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--databases',
      String(databases),
      '--save',
      '',
      ...kept,
      '--dir',
      folder,
    ],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  if (keptIn === null) redis.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await new Promise<void>((resolve, reject) => {
    redis.once('error', () => reject(new Error(howToInstall)));
    redis.stdout?.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve());
    redis.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  return redis;
};

/** Ends it at once. */
export const stopRedis = async (redis: ChildProcess): Promise<void> => {
  if (redis.exitCode !== null || redis.signalCode !== null) return;
  const exited = once(redis, 'exit');
  redis.kill('SIGKILL');
  await exited;
};
