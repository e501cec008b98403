import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { createPlace } from './support.ts';

const guid = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;
const clear = 'a-secret-in-clear';
const app = { ClientId: guid(1), TenantId: guid(2), ClientSecret: { EnvironmentVar: 'S' } };

/** What import makes of a file: the tenants, and its warnings without the word. */
const imported = async (content: unknown) => {
  await using place = await createPlace();
  await place.write('file', typeof content === 'string' ? content : stringify(content));
  const { code, out, err } = await place.run(['config', 'import-msticpy', 'file']);
  expect(out + err).not.toContain(clear);
  const told = err.split('\n').flatMap((line) => (line === '' ? [] : [line.replace('Warning: ', '')]));
  return { code, tenants: parse(out)?.tenants ?? [], told };
};

/** A tenant as it is printed, with an app that has a secret in the environment. */
const tenant = (name: string, more: object = {}) => ({
  name,
  tenantId: guid(2),
  cloud: 'global',
  auth: { clientId: guid(1), clientSecret: { env: 'S' } },
  ...more,
});

const inVault = { ClientId: guid(1), TenantId: guid(2), ClientSecret: { KeyVault: null } };
const vaultOf = (vault: string) => [
  tenant('default', {
    auth: {
      clientId: guid(1),
      clientSecret: { keyVault: { vault, secret: 'DataProviders-MicrosoftDefender-Args-ClientSecret' } },
    },
  }),
];

test.each([
  ['usgov', 'soc.vault.usgovcloudapi.net'],
  ['USGov', 'soc.vault.usgovcloudapi.net'],
  ['cn', 'soc.vault.azure.cn'],
  ['chi', 'soc.vault.azure.cn'],
  ['global', 'soc'],
])('P2: the vaults of KeyVault.Authority %s have the host of that cloud', async (Authority, vault) => {
  const content = {
    KeyVault: { VaultName: 'soc', Authority },
    DataProviders: { MicrosoftDefender: { Args: inVault } },
  };
  expect(await imported(content)).toEqual({ code: 0, tenants: vaultOf(vault), told: [] });
});

test.each([
  ['a vault that a secret names itself', { KeyVault: 'own/name' }, 'own.vault.usgovcloudapi.net', 'name'],
  ['a vault with its host', { KeyVault: 'own.vault.azure.net/name' }, 'own.vault.azure.net', 'name'],
])('P2: of %s', async (_what, ClientSecret, vault, secret) => {
  const { tenants } = await imported({
    KeyVault: { Authority: 'usgov' },
    DataProviders: { MicrosoftDefender: { Args: { ...inVault, ClientSecret } } },
  });
  expect(tenants[0].auth.clientSecret).toEqual({ keyVault: { vault, secret } });
});

test('P2: an authority that is not known is told', async () => {
  const { told } = await imported({
    KeyVault: { VaultName: 'soc', Authority: 'de' },
    DataProviders: { MicrosoftDefender: { Args: inVault } },
  });
  expect(told).toEqual([expect.stringContaining('KeyVault.Authority: the cloud "de" is not known here')]);
});

const user = { ClientId: guid(1), TenantId: guid(2), UserName: 'ana@contoso.com' };
const signsIn = 'defender-gateway login default';

test.each([
  ['device', user, { userName: 'ana@contoso.com', flow: 'device' }, [signsIn]],
  ['Device', user, { userName: 'ana@contoso.com', flow: 'device' }, [signsIn]],
  ['interactive', user, { userName: 'ana@contoso.com', flow: 'browser' }, [signsIn]],
  [['device', 'interactive'], user, { userName: 'ana@contoso.com', flow: 'device' }, [signsIn]],
  ['msi', user, { userName: 'ana@contoso.com', flow: 'browser' }, ['"msi" is no sign-in of a user', signsIn]],
  [
    'msi',
    { ...user, UserName: undefined },
    { federated: { managedIdentity: true } },
    ['federated credentials in Entra'],
  ],
  ['device', { ...user, UserName: undefined }, { userName: '', flow: 'device' }, ['fill in who signs in']],
  ['device', app, { clientSecret: { env: 'S' } }, ['nobody signs in where the app has a secret']],
])('P2: AuthType %j is told or carried over', async (AuthType, args, auth, says) => {
  const { tenants, told } = await imported({ DataProviders: { MicrosoftDefender: { Args: { ...args, AuthType } } } });
  expect(tenants[0].auth).toEqual({ clientId: guid(1), ...auth });
  expect(told).toEqual(says.map((words) => expect.stringContaining(words)));
});

test.each([
  ['M365D', 'm365d'],
  ['MDE', 'mde'],
  ['M365DGraph', 'm365dgraph'],
  ['MicrosoftGraph', 'microsoftgraph'],
  ['SecurityGraph', 'securitygraph'],
  ['GraphSecurity-Two', 'two'],
  ['MDATP', 'mdatp'],
  ['m365d-Emea West', 'emea-west'],
  ['MicrosoftDefender', 'default'],
])('P2: a section %s is a tenant', async (title, name) => {
  const { tenants, told } = await imported({ DataProviders: { [title]: { Args: app } } });
  expect([tenants, told]).toEqual([[tenant(name)], []]);
});

test('P2: sections of several APIs for the same tenant and app are one tenant, those of another app are two', async () => {
  const other = { ...app, ClientId: guid(3) };
  const DataProviders = { MicrosoftDefender: { Args: app }, M365D: { Args: app }, M365DGraph: { Args: other } };
  const { tenants, told } = await imported({ DataProviders });
  expect(tenants.map(({ name }: { name: string }) => name)).toEqual(['default', 'm365dgraph']);
  expect(told).toEqual(['M365D: the same tenant and app as MicrosoftDefender: one tenant has all APIs']);
});

test.each([
  ['a section at the top', { MicrosoftDefender: { Args: app } }, 'default'],
  ['a section at the top without Args', { 'M365D-Emea': app }, 'emea'],
  ['a section without Args', { DataProviders: { MDE: app } }, 'mde'],
  ['the settings of one tenant alone', app, 'default'],
])('P2: %s is read', async (_what, content, name) => {
  expect(await imported(content)).toEqual({ code: 0, tenants: [tenant(name)], told: [] });
});

const inClear = tenant('default', { auth: { clientId: guid(1), clientSecret: { env: 'DEFAULT_CLIENT_SECRET' } } });

test.each([
  [
    'text in pieces',
    `conn_str = (\n  "tenant_id='${guid(2)}'; "\n  "client_id='${guid(1)}'; "\n  "client_secret='${clear}'"\n)\n`,
  ],
  [
    'text with names in it',
    `t = "${guid(2)}"\nc = '${guid(1)}'\ns = "${clear}"\nx = f"tenant_id='{t}'; client_id='{c}'; client_secret='{s}'"\n`,
  ],
  [
    'one text',
    `# the SOC's\nqry.connect("tenant_id='${guid(2)}'; client_id='${guid(1)}'; client_secret='${clear}'")\n`,
  ],
  ['arguments', `import os\nqry.connect(tenant_id="${guid(2)}", client_id='${guid(1)}', client_secret="${clear}")\n`],
  [
    'arguments on lines',
    `qry.connect(\n    tenant_id="${guid(2)}",\n    client_id="${guid(1)}",\n    client_secret="${clear}",\n)\n`,
  ],
  [
    'a dictionary',
    `creds = {"tenant_id": "${guid(2)}", "client_id": "${guid(1)}", "client_secret": "${clear}"}\nqry.connect(**creds)\n`,
  ],
])('P2: a connection string as Python has it, %s', async (_what, content) => {
  const { code, tenants, told } = await imported(content);
  expect([code, tenants]).toEqual([0, [inClear]]);
  expect(told).toEqual([expect.stringContaining('stands there in clear')]);
});

test.each([['os.environ["S"]'], ["os.environ.get('S')"], ['os.getenv("S")']])(
  'P2: a secret that Python takes from the environment, %s, is taken from there',
  async (value) => {
    const text = `qry.connect(tenant_id="${guid(2)}", client_id="${guid(1)}", client_secret=${value})\n`;
    expect(await imported(text)).toEqual({ code: 0, tenants: [tenant('default')], told: [] });
  },
);

test('P2: what has no meaning here is told by its name', async () => {
  const { tenants, told } = await imported({
    AzureSentinel: { Workspaces: { Default: { WorkspaceId: guid(5) }, Emea: { WorkspaceId: guid(6) } } },
    TIProviders: { VirusTotal: { Args: { AuthKey: clear } } },
    QueryDefinitions: { Custom: ['queries'] },
    DataProviders: {
      Splunk: { Args: { password: clear } },
      MicrosoftDefender: { Args: { ...app, RedirectUri: 'http://localhost' } },
    },
  });
  expect(tenants).toEqual([tenant('default')]);
  expect(told).toEqual([
    'MicrosoftDefender: RedirectUri has no counterpart and is left out',
    'DataProviders.Splunk: has no counterpart and is left out',
    'AzureSentinel.Workspaces.Default: a workspace has no counterpart and is left out',
    'AzureSentinel.Workspaces.Emea: a workspace has no counterpart and is left out',
    'TIProviders: has no counterpart and is left out',
    'QueryDefinitions: has no counterpart and is left out',
  ]);
});

test('P2: a file with nothing for the gateway says what it had', async () => {
  const { code, told } = await imported({ DataProviders: { Splunk: { Args: {} } } });
  expect([code, told]).toEqual([
    1,
    [expect.stringContaining('has no MicrosoftDefender section'), expect.stringContaining('DataProviders.Splunk')],
  ]);
});

test.each([
  ['TenantId', { ...app, TenantId: { EnvironmentVar: 'T' } }, { tenantId: { env: 'T' } }],
  [
    'ClientId',
    { ...app, ClientId: { KeyVault: 'id' } },
    { auth: { clientId: { keyVault: { vault: 'soc', secret: 'id' } } } },
  ],
  ['UserName', { ...user, UserName: { EnvironmentVar: 'U' } }, { auth: { userName: { env: 'U' } } }],
  [
    'Certificate',
    { ClientId: guid(1), TenantId: guid(2), Certificate: { EnvironmentVar: 'C' }, PrivateKey: { EnvironmentVar: 'K' } },
    { auth: { certificateFile: { env: 'C' }, privateKeyFile: { env: 'K' } } },
  ],
])('P2: a %s that is kept elsewhere is taken from there', async (_key, Args, expected) => {
  const { tenants, told } = await imported({
    KeyVault: { VaultName: 'soc' },
    DataProviders: { MicrosoftDefender: { Args } },
  });
  expect(tenants).toMatchObject([expected]);
  expect(told.filter((line) => !line.includes('sign in once'))).toEqual([]);
});

const usualArgs = `ClientId: ${guid(1)}, TenantId: ${guid(2)}, ClientSecret: { EnvironmentVar: S }`;

test.each([
  [
    'keys that are merged, as YAML of Python has them',
    `app: &app { ${usualArgs} }\nDataProviders:\n  MicrosoftDefender: { Args: { <<: *app } }\n`,
    ['default'],
  ],
  [
    'a list of tenants',
    `DataProviders:\n  MicrosoftDefender-A:\n    - Args: { ${usualArgs} }\n    - { ${usualArgs.replace(guid(1), guid(3))} }\n`,
    ['a', 'a-2'],
  ],
  [
    'a list under Args',
    `DataProviders:\n  MDE:\n    Args: [{ ${usualArgs} }, { ${usualArgs.replace(guid(1), guid(3))} }]\n`,
    ['mde', 'mde-2'],
  ],
  [
    'a section with accents',
    `DataProviders:\n  MicrosoftDefender-Zürich Büro: { Args: { ${usualArgs} } }\n`,
    ['zurich-buro'],
  ],
  [
    'a connection string as a section',
    `DataProviders:\n  MicrosoftDefender: "tenant_id='${guid(2)}'; client_id='${guid(1)}'; client_secret='${clear}'"\n`,
    ['default'],
  ],
  [
    'a notebook',
    JSON.stringify({
      cells: [
        { cell_type: 'markdown', source: ['# Tenants: {all}'] },
        {
          cell_type: 'code',
          source: [`q.connect(tenant_id="${guid(2)}",\n`, ` client_id="${guid(1)}", client_secret=os.environ["S"])`],
        },
      ],
    }),
    ['default'],
  ],
])('P2: %s: nothing is lost', async (_what, content, names) => {
  const { code, tenants, told } = await imported(content);
  expect(code).toBe(0);
  expect(tenants.map(({ name }: { name: string }) => name)).toEqual(names);
  for (const one of tenants) expect(one).toMatchObject({ tenantId: guid(2), auth: { clientSecret: {} } });
  expect(told.filter((line) => !/in clear|^app: has no/.test(line))).toEqual([]);
});

test.each([
  ['tabs', 'DataProviders:\n\tMicrosoftDefender:\n', 'line 2, column 1: a tab stands'],
  ['a section that stands there twice', 'DataProviders:\n  MDE: {}\n  MDE: {}\n', 'line 3, column 3: this name stands'],
  ['two documents', 'MDE: {}\n---\nMDE: {}\n', 'line 2, column 1: another document'],
])('P2: %s: what is wrong is told with its line', async (_what, content, says) => {
  const { code, told } = await imported(content);
  expect([code, told]).toEqual([1, [expect.stringContaining(says)]]);
});

test.each([
  ['nothing in it', { ClientSecret: { EnvironmentVar: 'S' } }, ['TenantId is missing', 'ClientId is missing']],
  ['other ids', { ...app, tenantid: undefined, TenantId: 'contoso.com' }, ['TenantId is no GUID']],
])('P2: a section with %s says what to fill in', async (_what, Args, says) => {
  const { told } = await imported({ DataProviders: { MicrosoftDefender: { Args } } });
  expect(told).toEqual(says.map((words) => expect.stringContaining(words)));
});

test('P2: what a program fills in is no id and no secret in clear', async () => {
  const { tenants, told } = await imported(`c = "tenant_id='%s'; client_id='{}'; client_secret='{secret}'" % x\n`);
  expect(tenants).toMatchObject([{ tenantId: '', auth: { clientId: '' } }]);
  expect(told.join('\n')).not.toContain('in clear');
  expect(told.join('\n')).toContain('filled in by the program');
});

test('P2: a name that has no letter of ours, and a cloud that is said elsewhere, are told', async () => {
  const { tenants, told } = await imported({
    Azure: { cloud: 'usgov' },
    DataProviders: { 'MicrosoftDefender-東京': { Args: app } },
  });
  expect(tenants).toEqual([tenant('default')]);
  expect(told).toEqual([
    expect.stringContaining('the tenant is default here'),
    expect.stringContaining('Azure.cloud is "usgov"'),
    'Azure: has no counterpart and is left out',
  ]);
});

test('P2: a file of UTF-16, as Windows PowerShell writes it, is told', async () => {
  await using place = await createPlace();
  await writeFile(await place.write('file', ''), '\ufeffMDE: {}', 'utf16le');
  for (const args of [
    ['config', 'import-msticpy', 'file'],
    ['config', 'validate', 'file'],
  ]) {
    const { code, err } = await place.run(args);
    expect([code, err]).toEqual([1, expect.stringContaining('is not text in UTF-8; Windows PowerShell')]);
  }
});
