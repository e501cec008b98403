import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openAuditLog } from '../../src/audit/open.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { openStore } from '../../src/store/store.ts';
import { entryOf } from '../unit/audit/entry.ts';
import { createPlace, type Place } from './support.ts';

let place: Place;
beforeAll(async () => {
  place = await createPlace();
  const guid = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
  await place.write(
    'gateway.yaml',
    stringify({
      store: { url: 'memory:' },
      audit: { url: 'file:audit' },
      access: { anonymous: 'reader' },
      tenants: [{ name: 'contoso', tenantId: guid(1), auth: { clientId: guid(2), clientSecret: 'x' } }],
    }),
  );
});
afterAll(() => place[Symbol.asyncDispose]());

test('audit verify says that a log is whole, and which line was changed', async () => {
  const folder = join(place.path, 'audit');
  const log = await openAuditLog(
    { kind: 'file', folder, maxBytes: 1_048_576, keepDays: 400, acceptLoss: 0, bytesPerMinute: 0 },
    { clock: systemClock, log: createLog({ level: 'silent' }) },
  );
  await log.close();
  expect(await place.run(['audit', 'verify', '--config', 'gateway.yaml'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^The audit log was begun and has no records yet\n- .*there is no key/),
  });

  const file = join(folder, 'audit-00000001.jsonl');
  const before = await readFile(file, 'utf8').catch(() => '');
  await writeFile(file, `${before}{"seq":1}\n`);
  const { code, err } = await place.run(['audit', 'verify', '--config', 'gateway.yaml']);
  expect(code).toBe(1);
  expect(err).toContain('audit-00000001.jsonl line 1');
});

test('X5: no log at all is no success, and a log that the store knows of is missed when all of it is gone', async () => {
  const settings = (folder: string) => ({
    store: { url: 'sqlite:state/gateway.sqlite' },
    audit: { url: `file:${folder}` },
    access: { anonymous: 'reader' },
    tenants: [
      {
        name: 'contoso',
        tenantId: '00000000-0000-4000-8000-000000000001',
        auth: { clientId: '00000000-0000-4000-8000-000000000002', clientSecret: 'x' },
      },
    ],
  });
  await place.write('sealed.yaml', stringify(settings('sealed')));
  const verify = () => place.run(['audit', 'verify', '--config', 'sealed.yaml']);
  expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('there is no log here') });
  expect(existsSync(join(place.path, 'state'))).toBe(false);

  const folder = join(place.path, 'sealed');
  const store = await openStore({ url: `sqlite:${join(place.path, 'state/gateway.sqlite')}` });
  const log = await openAuditLog(
    { kind: 'file', folder, maxBytes: 1_048_576, keepDays: 400, acceptLoss: 0, bytesPerMinute: 0 },
    { clock: systemClock, log: createLog({ level: 'silent' }), store },
  );
  await log.append([entryOf('m1'), entryOf('m2')]);
  await log.close();
  await store.close();
  expect(await verify()).toEqual({ code: 0, out: 'The audit log is whole: 2 records, 1 to 2\n', err: '' });

  const database = join(place.path, 'state/gateway.sqlite');
  await rename(`${database}.key`, `${database}.away`);
  expect(await verify()).toMatchObject({
    code: 1,
    err: expect.stringContaining('the key file beside the store is gone'),
  });
  expect(existsSync(`${database}.key`)).toBe(false);
  await rename(`${database}.away`, `${database}.key`);
  await rename(database, `${database}.away`);
  expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('the store at store.url is gone') });
  expect(existsSync(database)).toBe(false);
  await rename(`${database}.away`, database);

  await rm(folder, { recursive: true });
  await writeFile(folder, 'no folder');
  expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('every record is gone') });
  await rm(folder);
  expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('every record is gone') });
  await mkdir(folder);
  expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('every record is gone') });
});
