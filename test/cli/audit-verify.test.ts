import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openAuditLog } from '../../src/audit/open.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { createPlace, type Place } from './support.ts';

let place: Place;
beforeAll(async () => {
  place = await createPlace();
  const guid = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
  await place.write(
    'gateway.yaml',
    stringify({
      store: { url: 'memory:' },
      audit: { url: 'file:trail' },
      access: { anonymous: 'reader' },
      tenants: [{ name: 'contoso', tenantId: guid(1), auth: { clientId: guid(2), clientSecret: 'x' } }],
    }),
  );
});
afterAll(() => place[Symbol.asyncDispose]());

test('audit verify says that a log is whole, and which line was changed', async () => {
  const folder = join(place.path, 'trail');
  const log = await openAuditLog(
    { kind: 'file', folder, maxBytes: 1_048_576, keepDays: 400, acceptLoss: 0, bytesPerMinute: 0 },
    { clock: systemClock, log: createLog({ level: 'silent' }) },
  );
  await log.close();
  expect(await place.run(['audit', 'verify', '--config', 'gateway.yaml'])).toMatchObject({
    code: 0,
    out: 'The audit log is whole: 0 records\n',
  });

  const file = join(folder, 'audit-00000001.jsonl');
  const before = await readFile(file, 'utf8').catch(() => '');
  await writeFile(file, `${before}{"seq":1}\n`);
  const { code, err } = await place.run(['audit', 'verify', '--config', 'gateway.yaml']);
  expect(code).toBe(1);
  expect(err).toContain('audit-00000001.jsonl line 1');
});
