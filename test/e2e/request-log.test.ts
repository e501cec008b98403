import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FolderGateway, startOnFolder } from './tenants/support.ts';

const key = 'a-key-that-nobody-may-read';
let running: FolderGateway;

beforeAll(async () => {
  running = await startOnFolder({
    files: (tenant) => ({ 'contoso.yaml': tenant('contoso'), 'adatum.yaml': tenant('adatum') }),
    settings: {
      access: {
        anonymous: 'reader',
        apiKeys: [
          {
            name: 'nightly',
            owner: 'ana@contoso.com',
            sha256: createHash('sha256').update(key).digest('hex'),
            roles: ['reader'],
          },
        ],
      },
    },
  });
});
afterAll(() => running[Symbol.asyncDispose]());

test('D2: the line of a request names its caller by the id that the audit log has, and by nothing else', async () => {
  const asked = ['query First { viewer { name } }', 'query Second { nothing }', 'query First { viewer { name } }'];
  for (const query of asked) {
    await running.ask(query, { 'x-api-key': key });
    await running.ask(query);
  }
  const lines = running.log().filter(({ msg }) => msg === 'GraphQL operation');
  // The last ones go the short way.
  expect(lines.map((line) => Reflect.get(line, 'callerId'))).toEqual(
    asked.flatMap(() => ['apiKey:nightly', 'anonymous']),
  );
  expect(JSON.stringify(running.log())).not.toContain(key);
  expect(JSON.stringify(lines)).not.toContain('ana@');
});

test('P2: the line on an API whose token permits nothing names the permissions to grant', async () => {
  await running.ask('{ incidents(tenants: ["adatum"]) { nodes { title } } }');
  const lines = running.log().filter(({ msg }) => msg === 'An API of a tenant does not work as it should');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatchObject({
      tenant: 'adatum',
      standing: 'forbidden',
      reason: expect.stringContaining('needs one of these permissions: SecurityIncident.Read.All, Incident.Read.All'),
    });
  }
});
