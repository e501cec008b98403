import { existsSync } from 'node:fs';
import { normalize } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { read, root } from './pages.ts';

const service = z.object({
  profiles: z.array(z.string()),
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
