import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultsOf, parse, settings, temporaryDirectory } from './settings.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const query = '{ viewer { name } }';

/** Faults of `trusted` with a file of this content. */
const faultsWith = async (content: string, server: Record<string, unknown> = {}) => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'documents.json'), content);
  const given = { persistedQueries: 'trusted', trustedDocuments: 'documents.json', ...server };
  return faultsOf(settings({ server: given }), { baseDir: directory.path });
};

describe('trusted documents', () => {
  const manifest = (operations: unknown, changes: Record<string, unknown> = {}): string =>
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...changes });

  test.each([
    ['a plain list', JSON.stringify({ [sha256(query)]: query }), sha256(query)],
    ['a plain list in capitals', JSON.stringify({ [sha256(query).toUpperCase()]: query }), sha256(query).toUpperCase()],
    ['a manifest', manifest([{ id: 'viewer-1', name: 'Viewer', type: 'query', body: query }]), 'viewer-1'],
  ])('%s is read, relative to the settings file', async (_name, content, id) => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'documents.json'), content);
    const server = { persistedQueries: 'trusted', trustedDocuments: 'documents.json' };
    const config = await parse(settings({ server }), { baseDir: directory.path });
    expect(config.server.trustedDocuments).toEqual([{ id, sha256: sha256(query), body: query }]);
  });

  test.each([
    ['that is no JSON', 'query {', '', 'the file is not JSON'],
    ['that is a list', '[]', '', 'the file must be a manifest, or an object of hashes with their texts'],
    [
      'whose hash is of another text',
      JSON.stringify({ abc: query }),
      '.abc',
      "is not the SHA-256 of its document's text",
    ],
    ['of another format', manifest([], { format: 'mine' }), '.format', 'must be apollo-persisted-query-manifest'],
    ['of another version', manifest([], { version: 2 }), '.version', 'must be 1'],
    ['without a text', manifest([{ id: 'a' }]), '.operations[0].body', 'is required'],
    [
      'with two documents of one id',
      manifest([
        { id: 'a', body: query },
        { id: 'a', body: '{ __typename }' },
      ]),
      '.operations[1].id',
      'is the id of two documents',
    ],
  ])('a file %s is a fault', async (_name, content, place, message) => {
    expect(await faultsWith(content)).toEqual([{ path: `server.trustedDocuments${place}`, message }]);
  });

  test('every fault of a file is told at once', async () => {
    const content = manifest([{ id: '', body: query }, { id: 'a' }]);
    expect((await faultsWith(content)).map(({ path }) => path)).toEqual([
      'server.trustedDocuments.operations[0].id',
      'server.trustedDocuments.operations[1].body',
    ]);
  });

  test('a file that is not there is a fault', async () => {
    expect(await faultsWith('{}', { trustedDocuments: 'other.json' })).toEqual([
      { path: 'server.trustedDocuments', message: 'the file cannot be read' },
    ]);
  });

  test.each([
    ['trusted without a file', { persistedQueries: 'trusted' }, 'is required with persistedQueries: trusted'],
    ['a file without trusted', { trustedDocuments: 'x.json' }, 'is used only with persistedQueries: trusted'],
  ])('%s is a fault', async (_name, server, message) => {
    expect(await faultsOf(settings({ server }))).toEqual([{ path: 'server.trustedDocuments', message }]);
  });
});

describe('GraphiQL beside trusted documents', () => {
  const read = async (access: Record<string, unknown>) => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'documents.json'), '{}');
    const server = { persistedQueries: 'trusted', trustedDocuments: 'documents.json' };
    return parse(settings({ server, access }), { baseDir: directory.path });
  };
  const key = (role: string) => ({ apiKeys: [{ name: 'k', sha256: 'ab'.repeat(32), roles: [role] }] });
  const entra = { tenantId: '11111111-2222-4333-8444-555555555555', audience: 'api://defender-gateway' };

  test.each([
    ['anonymous readers', { anonymous: 'reader' }],
    ['keys of responders', key('responder')],
    ['nobody', {}],
  ])('is off, with a warning, when none may ask freely: %s', async (_name, access) => {
    const { server, warnings } = await read(access);
    expect(server.graphiql).toBe(false);
    expect(warnings).toContainEqual(expect.stringContaining('server.graphiql: off'));
  });

  test.each([
    ['anonymous administrators', { anonymous: 'admin' }],
    ['a key with the permission', { ...key('author'), roles: { author: ['document:any'] } }],
    ['tokens, which may carry any role', { entra }],
  ])('stays when some may: %s', async (_name, access) => {
    const { server, warnings } = await read(access);
    expect(server.graphiql).toBe(true);
    expect(warnings).not.toContainEqual(expect.stringContaining('server.graphiql'));
  });
});

describe('server.trustProxy', () => {
  test.each([[0], [2], [['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']]])('%j is taken', async (trustProxy) => {
    expect((await parse(settings({ server: { trustProxy } }))).server.trustProxy).toEqual(trustProxy);
  });

  test.each([[-1], [11], [true], ['loopback'], [[]], [['10.0.0.0/33']], [['10.0.0']], [['proxy.example.com']]])(
    '%j is a fault',
    async (trustProxy) => {
      expect(await faultsOf(settings({ server: { trustProxy } }))).toEqual([
        expect.objectContaining({ path: expect.stringMatching(/^server\.trustProxy/) }),
      ]);
    },
  );
});

describe('server.cors', () => {
  test('takes exact origins', async () => {
    const cors = ['https://soc.example.com', 'http://localhost:3000'];
    expect((await parse(settings({ server: { cors } }))).server.cors).toEqual(cors);
  });

  test.each(['*', 'https://*.example.com', 'https://soc.example.com/', 'soc.example.com', 'null'])(
    '%s is a fault',
    async (origin) => {
      expect(await faultsOf(settings({ server: { cors: [origin] } }))).toEqual([
        { path: 'server.cors[0]', message: 'must be an origin such as https://soc.example.com' },
      ]);
    },
  );
});

describe('server.graphiqlSignIn', () => {
  const [tenantId, other] = ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-8444-666666666666'];
  const clientId = '66666666-7777-4888-8999-000000000000';
  const scope = 'api://defender-gateway/access_as_user';
  const entry = { tenantId, audience: 'api://defender-gateway' };
  const issuer = 'https://login.example/own';
  const given = (signIn: Record<string, unknown>, entra: unknown) =>
    settings({ server: { graphiqlSignIn: { clientId, scope, ...signIn } }, access: { entra } });

  test.each<[string, Record<string, unknown>, unknown, string]>([
    ['the only tenant', {}, entry, `https://login.microsoftonline.com/${tenantId}`],
    ['its cloud', {}, { ...entry, cloud: 'gcc-high' }, `https://login.microsoftonline.us/${tenantId}`],
    [
      'the tenant that is named',
      { tenantId: other.toUpperCase() },
      [entry, { ...entry, tenantId: other }],
      `https://login.microsoftonline.com/${other}`,
    ],
    [
      'an issuer that is given',
      {},
      { ...entry, issuer: `https://login.example/${tenantId}/v2.0` },
      `https://login.example/${tenantId}`,
    ],
    [
      'a login origin',
      { authority: 'https://login.example' },
      { ...entry, issuer },
      `https://login.example/${tenantId}`,
    ],
  ])('leads to %s', async (_name, signIn, entra, authority) => {
    expect((await parse(given(signIn, entra))).server.graphiqlSignIn).toEqual({ clientId, scope, authority });
  });

  test.each<[string, Record<string, unknown>, unknown, string, string]>([
    ['without tokens', {}, undefined, '', 'needs access.entra, which says whose tokens are taken'],
    [
      'without a choice',
      {},
      [entry, { ...entry, tenantId: other }],
      '.tenantId',
      'is required: access.entra has several tenants',
    ],
    ['of an unknown tenant', { tenantId: other }, entry, '.tenantId', 'is no tenant of access.entra'],
    [
      'of an issuer of its own form',
      {},
      { ...entry, issuer },
      '.authority',
      'is required: no issuer of access.entra is https://LOGIN-HOST/TENANT-ID/v2.0',
    ],
    ['with a path', { authority: 'https://login.example/x' }, entry, '.authority', 'must be an https:// origin'],
    ['over HTTP', { authority: 'http://login.example' }, entry, '.authority', 'must be an https:// origin'],
    [
      'with two scopes',
      { scope: `${scope} openid` },
      entry,
      '.scope',
      'must be one scope such as api://defender-gateway/access_as_user',
    ],
  ])('%s is a fault', async (_name, signIn, entra, place, message) => {
    expect(await faultsOf(given(signIn, entra))).toEqual([{ path: `server.graphiqlSignIn${place}`, message }]);
  });

  test('is null unless it is set', async () => {
    expect((await parse(settings())).server.graphiqlSignIn).toBeNull();
  });
});
