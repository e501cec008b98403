import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startTinyServer } from '../support/tiny-server.ts';
import { read, root } from './pages.ts';

/** A full version, and what it is beyond doubt. */
const byDigest = /:\d+\.\d+\.\d+(-\w+)?@sha256:[0-9a-f]{64}$/;

const service = z.object({
  profiles: z.array(z.string()),
  image: z.string(),
  build: z.unknown().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  mem_limit: z.string(),
  ports: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  volumes: z.array(z.string()).default([]),
});

const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker/compose.yml'), { merge: true }));
const services = Object.entries(compose.services).map(([name, each]) => ({ name, ...each }));

test.each(services)('the service $name uses files and volumes that exist', ({ command, volumes }) => {
  // The image has its programs without types.
  const programs = command
    .filter((word) => word.startsWith('/app/'))
    .map((word) => word.slice('/app/'.length).replace(/\.js$/, '.ts'));
  const sources = volumes.map((volume) => volume.split(':')[0] ?? '');
  const files = sources.filter((source) => source.startsWith('.')).map((source) => normalize(`docker/${source}`));
  expect([...programs, ...files].filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
  expect(sources.filter((source) => !source.startsWith('.') && !(source in compose.volumes))).toEqual([]);
});

test("the replicas' environment has every variable that their settings name, and no other", () => {
  const named = [...read('docker/settings.yaml').matchAll(/\{ env: (\w+) \}/g)].map(({ 1: name }) => name);
  expect(Object.keys(compose.services.gateway?.environment ?? {}).sort()).toEqual(named.sort());
});

test('ports are open on this machine alone, unless told otherwise', () => {
  for (const port of services.flatMap(({ ports }) => ports))
    expect(port).toMatch(/^\$\{BIND:-127\.0\.0\.1\}:[\d-]+:4000$/);
  expect(compose.services.redis?.ports).toEqual([]);
});

test('the image runs without root, on what its build copied, and is asked for its health where it answers', async () => {
  const [, last = ''] = read('docker/Dockerfile').split(/^FROM .*\n(?![\s\S]*^FROM )/m);
  const of = (instruction: string) =>
    [...last.matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].map(([, rest = '']) => rest);
  expect(of('USER')).toEqual(['node']);
  // What comes after it is run as that user; what is copied before is root's, so that the process cannot change it.
  expect(last.indexOf('USER node')).toBeGreaterThan(last.lastIndexOf('COPY'));
  expect(of('COPY').filter((copied) => copied.includes('--chown'))).toEqual([
    '--from=install --chown=node:node /app/data /data',
  ]);
  expect(of('VOLUME')).toEqual(['/data']);
  expect([...of('ENV'), ...of('ARG')].filter((set) => /secret|password|key|token/i.test(set))).toEqual([]);
  const [health = ''] = of('HEALTHCHECK');
  const [, path = ''] = /\{process\.env\.PORT\}(\/\w+)/.exec(health) ?? [];
  const { url } = await startTinyServer();
  expect((await fetch(`${url}${path}`)).status).toBe(200);
  expect(of('ENV')).toContain(`PORT=${of('EXPOSE')[0]}`);
});

test.each(['.env', 'defender-gateway.yaml', 'tenants.d/', 'secrets/', 'data/'])(
  'P2: git leaves %s alone, which holds what is secret',
  (name) => {
    expect(read('.gitignore').split('\n')).toContain(name);
  },
);

test('images have their full version and digest, and Node the version of package.json', () => {
  const { optionalDependencies } = z
    .object({ optionalDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(read('package.json')));
  const bases = [...read('docker/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  const [base = '', ...others] = new Set(bases);
  expect(others).toEqual([]);
  expect(base).toMatch(byDigest);
  expect(base.split('@')[0]).toBe(`node:${optionalDependencies.node}-slim`);
  const foreign = services.filter(({ build }) => build === undefined).map(({ image }) => image);
  for (const image of foreign) expect(image).toMatch(byDigest);
});

test.each(['docker/compose.yml', 'docker/kubernetes/redis.yaml'])(
  'the Redis of %s wants its password, keeps what it is told, and refuses when its memory is full',
  async (file) => {
    const [, lines = ''] = /- sh\n *- -c\n *- \|\n([\s\S]*?\n *END\n)/.exec(read(file)) ?? [];
    const script = lines
      .replaceAll(/^ +/gm, '')
      .replaceAll('$$', () => '$')
      .replace('redis-server -', 'redis-server - --port 0 --unixsocket here');
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const redis = spawn('sh', ['-c', script], {
      cwd: folder,
      env: { ...process.env, REDISCLI_AUTH: 'secret' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(redis, 'exit');
    onTestFinished(async () => {
      redis.kill();
      await ended;
      rmSync(folder, { recursive: true });
    });
    for await (const chunk of redis.stdout.iterator({ destroyOnReturn: false })) {
      if (/ready to accept connections/i.test(String(chunk))) break;
    }
    redis.stdout.resume();
    const ask = (password: string, ...command: readonly string[]): string =>
      execFileSync('redis-cli', ['-s', join(folder, 'here'), ...command], {
        encoding: 'utf8',
        env: { ...process.env, REDISCLI_AUTH: password },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(ask('wrong', 'get', 'x')).toContain('NOAUTH');
    const wanted = {
      appendonly: 'yes',
      appendfsync: 'always',
      maxmemory: '536870912',
      'maxmemory-policy': 'noeviction',
    };
    for (const [name, value] of Object.entries(wanted)) {
      expect(ask('secret', 'config', 'get', name)).toBe(`${name}\n${value}\n`);
    }
  },
);

test('what starts by each profile is what the file says of it', () => {
  const started = (profile: string) =>
    services.filter(({ profiles }) => profiles.includes(profile)).map(({ name }) => name);
  expect(started('demo')).toEqual(['demo']);
  expect(started('gateway')).toEqual(['gateway', 'redis']);
});

test('the container, npm and the tests of memory give Node the same flags', () => {
  const flags = (text: string): readonly string[] => text.match(/--max-[\w-]+=\d+/g) ?? [];
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
  const given = flags(read('docker/Dockerfile'));
  expect(given).toHaveLength(1);
  expect([scripts.start, scripts.demo, read('test/e2e/door/lab.ts')].map((text = '') => flags(text))).toEqual([
    given,
    given,
    given,
  ]);
});
