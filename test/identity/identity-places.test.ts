import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { runProgram } from '../support/process.ts';
import { simTenant } from '../support/tenants.ts';

/** Managed identity at each place where Azure hands out its tokens, as MSAL picks it from the environment of a process. */
const systemAssigned = simTenant('contoso');
const userAssigned = '00000000-0000-4000-8000-0000000000c1';
const [app] = systemAssigned.apps;
const contoso = {
  ...systemAssigned,
  apps: app === undefined ? [] : [app, { ...app, clientId: userAssigned, secrets: [] }],
};

/**
 * Where MSAL reads Arc's key, and nowhere else:
 * https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication
 */
const arcFolder = '/var/opt/azcmagent/tokens';
const arcKey = { file: `${arcFolder}/gateway-test.key`, key: 'a-key-of-the-test' };
/** Only root may make the folder: `false` then. Else the topmost one that had to be made. */
const arcFolderMade = await mkdir(arcFolder, { recursive: true }).catch(() => false as const);

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ tenants: [contoso], arcKey });
  folder = await mkdtemp(join(tmpdir(), 'places-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
});
afterAll(async () => {
  if (typeof arcFolderMade === 'string') await rm(arcFolderMade, { recursive: true });
  await rm(folder, { recursive: true });
  await simulator.stop();
});

const base = (): string => `${simulator.endpoints('contoso').authority}/${contoso.tenantId}/identity`;

/** Empty counts as not there: the machine of the test may have some of them. */
const unset = {
  IDENTITY_ENDPOINT: '',
  IDENTITY_HEADER: '',
  IDENTITY_SERVER_THUMBPRINT: '',
  IMDS_ENDPOINT: '',
  MSI_ENDPOINT: '',
  MSI_SECRET: '',
  AZURE_POD_IDENTITY_AUTHORITY_HOST: '',
};

/** What becomes of a token with each of these identities, in a process with this environment. */
const tokensIn = async (env: Readonly<Record<string, string>>, ...identities: readonly unknown[]): Promise<unknown> => {
  const file = join(folder, 'settings.yaml');
  const tenants = identities.map((managedIdentity, index) => ({
    name: `contoso-${index}`,
    tenantId: contoso.tenantId,
    auth: { managedIdentity },
    endpoints: { ...simulator.endpoints('contoso') },
  }));
  await writeFile(file, stringify({ store: { url: 'memory:' }, tenants }));
  const program = runProgram(['test/identity/children/tokens.ts', file, join(folder, 'ca.pem')], {
    env: { ...unset, ...env },
  });
  if ((await program.exited) !== 0) throw new Error(program.output());
  return JSON.parse(program.output());
};

interface Place {
  readonly name: string;
  readonly operation: string;
  readonly env: () => Readonly<Record<string, string>>;
}

const places: readonly Place[] = [
  {
    name: 'App Service and Container Apps',
    operation: 'identity.app-service',
    env: () => ({ IDENTITY_ENDPOINT: `${base()}/msi/token`, IDENTITY_HEADER: 'a-header' }),
  },
  {
    name: 'a virtual machine (IMDS)',
    operation: 'identity.imds',
    env: () => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: base() }),
  },
  {
    name: 'Service Fabric',
    operation: 'identity.service-fabric',
    env: () => ({
      IDENTITY_ENDPOINT: `${base()}/fabric/token`,
      IDENTITY_HEADER: 'a-header',
      IDENTITY_SERVER_THUMBPRINT: 'a-thumbprint',
    }),
  },
  {
    name: 'Machine Learning',
    operation: 'identity.machine-learning',
    env: () => ({
      MSI_ENDPOINT: `${base()}/learning/token`,
      MSI_SECRET: 'a-secret',
      DEFAULT_IDENTITY_CLIENT_ID: app?.clientId ?? '',
    }),
  },
];

const tokenOf = (appid: string | undefined) => ({
  aud: 'https://api.securitycenter.microsoft.com',
  tid: contoso.tenantId,
  appid,
  capabilities: ['cp1'],
  isolates: true,
});

test.each(places)('$name gives tokens of its identities, and tells of one that it does not have', async (place) => {
  simulator.calls.reset();
  const [env, unknown] = [place.env(), { clientId: '00000000-0000-4000-8000-0000000000ff' }];
  expect(await tokensIn(env, true, { clientId: userAssigned }, unknown)).toEqual([
    tokenOf(app?.clientId),
    tokenOf(userAssigned),
    {
      code: 'TENANT_SIGN_IN_REQUIRED',
      message: expect.stringContaining('the machine does not have this managed identity'),
    },
  ]);
  expect(simulator.calls.list({}).map(({ operation, status }) => [operation, status])).toEqual([
    [place.operation, 200],
    [place.operation, 200],
    [place.operation, 400],
  ]);
});

test('Cloud Shell gives the token of its identity', async () => {
  expect(await tokensIn({ MSI_ENDPOINT: `${base()}/shell/token` }, true)).toEqual([tokenOf(app?.clientId)]);
});

describe('a machine of Azure Arc', () => {
  const arc = () => ({ IDENTITY_ENDPOINT: `${base()}/arc/token`, IMDS_ENDPOINT: 'http://127.0.0.1:40342' });
  const statuses = () => simulator.calls.list({ operation: 'identity.arc' }).map(({ status }) => status);
  beforeEach(() => simulator.calls.reset());

  test('whose key cannot be read says what to do', async () => {
    expect(await tokensIn(arc(), true)).toEqual([
      {
        code: 'TENANT_SIGN_IN_REQUIRED',
        message: expect.stringContaining("put the gateway's user into the group himds"),
      },
    ]);
    expect(statuses()).toEqual([401]);
  });

  test.runIf(arcFolderMade !== false)('gives the token to who can read its key', async () => {
    await writeFile(arcKey.file, arcKey.key);
    expect(await tokensIn(arc(), true, { clientId: userAssigned })).toEqual([
      tokenOf(app?.clientId),
      tokenOf(userAssigned),
    ]);
    await rm(arcKey.file);
    expect(statuses()).toEqual([401, 200, 401, 200]);
  });
});
