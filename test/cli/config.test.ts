import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/config.ts';
import { createPlace, type Place } from './support.ts';

let place: Place;
beforeAll(async () => {
  place = await createPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

const guid = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
const clear = 'a-secret-in-clear';

describe('config validate', () => {
  const tenant = { name: 'contoso', tenantId: guid(1), auth: { clientId: guid(2), clientSecret: { env: 'SECRET' } } };
  const good = { store: { url: 'memory:' }, access: { anonymous: 'reader' }, tenants: [tenant] };

  test('names the tenants and warns', async () => {
    await place.write('good.yaml', stringify(good));
    const { code, out, err } = await place.run(['config', 'validate', 'good.yaml'], { SECRET: clear });
    expect([code, out]).toEqual([0, 'The settings can be used: 1 tenant (contoso)\n']);
    expect(err).toContain('Warning: access.anonymous');
  });

  test('tells all faults at once', async () => {
    await place.write('bad.yaml', stringify({ ...good, server: { prot: 1 } }));
    const { code, out, err } = await place.run(['config', 'validate', '--config', 'bad.yaml']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('server.prot: unknown setting');
    expect(err).toContain('tenants[0].auth.clientSecret: the environment variable SECRET is not set');
  });

  test('tells which trusted documents could never be answered', async () => {
    await place.write(
      'documents.json',
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'one', name: 'One', type: 'query', body: 'query One { nobody }' }],
      }),
    );
    const server = { persistedQueries: 'trusted', trustedDocuments: 'documents.json' };
    await place.write('trusted.yaml', stringify({ ...good, server }));
    const { code, err } = await place.run(['config', 'validate', 'trusted.yaml'], { SECRET: clear });
    expect(code).toBe(1);
    expect(err).toContain('server.trustedDocuments[one]: Cannot query field "nobody"');
  });
});

describe('config import-msticpy', () => {
  const settings = {
    KeyVault: { TenantId: guid(9), VaultName: 'soc-vault' },
    DataProviders: {
      AzureSentinel: { Args: { TenantId: guid(9) } },
      MicrosoftDefender: { Args: { ClientId: guid(1), TenantId: guid(2), ClientSecret: clear, Cloud: 'GCC-High' } },
      'MicrosoftDefender-Tenant1': { Args: { ClientId: guid(3), TenantId: guid(4), ClientSecret: { KeyVault: null } } },
      'MicrosoftDefender-Tenant 2': {
        Args: { clientid: guid(3), tenantid: guid(5), UserName: 'ana@contoso.com', Location: '/cache.bin' },
      },
      'MicrosoftDefender-Cert': {
        Args: {
          ClientId: guid(3),
          TenantId: guid(6),
          Certificate: 'app.crt',
          PrivateKey: 'app.key',
          PrivateKeySecret: { KeyVault: 'other-vault/key pass' },
        },
      },
      MDATPApp: { Args: { ClientId: guid(3), TenantId: guid(7), ClientSecret: { EnvironmentVar: 'OLD_SECRET' } } },
      'MDATPApp-text': {
        Args: { ConnectionStr: `tenant_id='${guid(8)}'; client_id='${guid(3)}'; client_secret='${clear}'` },
      },
    },
  };

  test('carries every section over and no secret', async () => {
    await place.write('msticpyconfig.yaml', stringify(settings));
    const { code, out, err } = await place.run(['config', 'import-msticpy', 'msticpyconfig.yaml']);
    expect(code).toBe(0);
    expect(out + err).not.toContain(clear);
    expect(
      out,
    ).toBe(`# Tenants of MSTICPy's settings. Say under "access" who may call, then: defender-gateway config validate
${stringify(
  {
    tenants: [
      {
        name: 'default',
        tenantId: guid(2),
        cloud: 'gcc-high',
        auth: { clientId: guid(1), clientSecret: { env: 'DEFAULT_CLIENT_SECRET' } },
      },
      {
        name: 'tenant1',
        tenantId: guid(4),
        cloud: 'global',
        auth: {
          clientId: guid(3),
          clientSecret: {
            keyVault: { vault: 'soc-vault', secret: 'DataProviders-MicrosoftDefender-Tenant1-Args-ClientSecret' },
          },
        },
      },
      {
        name: 'tenant-2',
        tenantId: guid(5),
        cloud: 'global',
        auth: { clientId: guid(3), userName: 'ana@contoso.com', flow: 'browser' },
      },
      {
        name: 'cert',
        tenantId: guid(6),
        cloud: 'global',
        auth: {
          clientId: guid(3),
          certificateFile: 'app.crt',
          privateKeyFile: 'app.key',
          passphrase: { keyVault: { vault: 'other-vault', secret: 'key-pass' } },
        },
      },
      {
        name: 'default-2',
        tenantId: guid(7),
        cloud: 'global',
        auth: { clientId: guid(3), clientSecret: { env: 'OLD_SECRET' } },
      },
      {
        name: 'text',
        tenantId: guid(8),
        cloud: 'global',
        auth: { clientId: guid(3), clientSecret: { env: 'TEXT_CLIENT_SECRET' } },
      },
    ],
  },
  { lineWidth: 0 },
)}`);
    expect(err.trim().split('\n')).toEqual([
      expect.stringContaining('stands there in clear: put it into the environment variable DEFAULT_CLIENT_SECRET'),
      expect.stringContaining("Location: MSTICPy's token cache is not read"),
      expect.stringContaining('defender-gateway login tenant-2'),
      expect.stringContaining('put it into the environment variable TEXT_CLIENT_SECRET'),
      'Warning: DataProviders.AzureSentinel: has no counterpart and is left out',
    ]);
  });

  test('what it prints is taken once the secrets are there', async () => {
    await place.write(
      'some.yaml',
      stringify({ DataProviders: { MicrosoftDefender: settings.DataProviders.MicrosoftDefender } }),
    );
    const { out } = await place.run(['config', 'import-msticpy', 'some.yaml']);
    const { tenants } = await parseConfig(out, { env: { DEFAULT_CLIENT_SECRET: clear }, baseDir: place.path });
    expect(tenants).toMatchObject([{ name: 'default', cloud: 'gcc-high' }]);
  });

  test('connection strings are tenants too', async () => {
    const lines = [4, 5].map(
      (last) => `tenant_id='${guid(last)}'; client_id='${guid(3)}'; client_secret='x;y=${clear}'`,
    );
    await place.write('strings.txt', `${lines.join('\n')}\n`);
    const { code, out, err } = await place.run(['config', 'import-msticpy', 'strings.txt']);
    expect(code).toBe(0);
    expect(out).toContain(`tenantId: ${guid(5)}`);
    expect(out).toContain('env: TENANT_2_CLIENT_SECRET');
    expect(out + err).not.toContain(clear);
  });

  test.each([
    ['nothing to import', 'DataProviders: {}', 'has no MicrosoftDefender section'],
    ['neither YAML nor connection string', 'a: [', 'neither YAML with names nor a connection string (as YAML: line 1'],
  ])('%s ends with 1', async (_, text, message) => {
    await place.write('none.yaml', text);
    const { code, out, err } = await place.run(['config', 'import-msticpy', 'none.yaml']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
  });

  test('a file that is not there ends with 1', async () => {
    const { code, err } = await place.run(['config', 'import-msticpy', 'absent.yaml']);
    expect([code, err]).toEqual([1, 'The file absent.yaml cannot be read (ENOENT: there is no such file)\n']);
  });
});
