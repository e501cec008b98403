import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { createHttpClient, type HttpClient } from '../../src/upstream/http/agent.ts';
import { askGateway } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { createPlace, type Place } from './support.ts';

let simulator: Simulator;
let http: HttpClient;
let place: Place;
let gateway: Gateway | undefined;
const userName = 'analyst@contoso.com';
const clientId = '11111111-bbbb-4bbb-8bbb-000000000001';

beforeAll(async () => {
  simulator = await startSimulator();
  http = createHttpClient({ ca: [simulator.caPem] });
  place = await createPlace();
  await place.write('ca.pem', simulator.caPem);
  await place.write('defender-gateway.yaml', settings());
});
afterEach(async () => {
  await gateway?.stop(1000);
  gateway = undefined;
  await place.run(['logout', 'contoso']);
});
afterAll(async () => {
  await http.close();
  await place[Symbol.asyncDispose]();
  await simulator.stop();
});

const settings = (): string =>
  changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['store'], { url: 'sqlite:gateway.sqlite' }],
    [['upstream'], { caFile: 'ca.pem' }],
    [['tenants', 0, 'auth'], { clientId, userName }],
  ]);

const start = async (): Promise<Gateway> => {
  const config = await parseConfig(settings(), { env: {}, baseDir: place.path });
  gateway = await startGateway({ config, log: createLog({ level: 'silent' }) });
  return gateway;
};

/** Signs in by device code; `decide` is what the user does. */
const login = (decide: (userCode: string) => void, ...options: string[]) =>
  place.run(
    ['login', 'contoso', ...options],
    {},
    {
      onOut: (text) => {
        const code = /^Open: {2}https:\S+\nCode: {2}(\w+)\n/.exec(text)?.[1];
        if (code !== undefined) decide(code);
      },
    },
  );

const approve = (user?: string) => (code: string) => simulator.users.approveDeviceCode(code, user);

const machines = async (url: string) => {
  const { data } = await askGateway<{
    readonly machines: { readonly nodes: readonly unknown[]; readonly failures: readonly Record<string, string>[] };
  }>(url, '{ machines(first: 1, tenants: ["contoso"]) { nodes { machineId } failures { code message } } }');
  return data.machines;
};

describe('login by device code', () => {
  test('is taken up by a gateway that runs; logout too', async () => {
    const { url } = await start();
    const before = await machines(url);
    expect(before.failures).toEqual([
      {
        code: 'TENANT_SIGN_IN_REQUIRED',
        message: `No token for mde in tenant "contoso": ${userName} is not signed in: run "defender-gateway login contoso", or have an administrator call startTenantSignIn`,
      },
    ]);
    const { code, out } = await login(approve(userName));
    expect([code, out.trim().split('\n').at(-1)]).toEqual([0, `Signed in to contoso as ${userName}`]);
    expect(await machines(url)).toMatchObject({ nodes: [{}], failures: [] });
    expect(await place.run(['logout', 'contoso'])).toMatchObject({ code: 0, out: 'Signed out of contoso\n' });
    expect((await machines(url)).failures).toMatchObject([{ code: 'TENANT_SIGN_IN_REQUIRED' }]);
    expect(await place.run(['logout', 'contoso'])).toMatchObject({ out: 'Nobody was signed in to contoso\n' });
  });

  test('outlives a restart, and nothing of it can be read in the store', async () => {
    await login(approve(userName));
    const first = await start();
    expect(await machines(first.url)).toMatchObject({ failures: [] });
    await first.stop(1000);
    const second = await start();
    expect(await machines(second.url)).toMatchObject({ failures: [] });
    for (const name of (await readdir(place.path)).filter((each) => each.startsWith('gateway.sqlite'))) {
      const bytes = await readFile(join(place.path, name));
      for (const needle of ['RefreshToken', 'accesstoken', userName, 'eyJhbGciOi', 'refresh_token', 'homeAccountId']) {
        expect([name, needle, bytes.includes(needle)]).toEqual([name, needle, false]);
      }
    }
  });

  test('check works with it', async () => {
    await login(approve(userName));
    const { code, out } = await place.run(['check', 'contoso']);
    expect(out).toContain('(user)');
    expect(out).toMatch(/machines\.isolate +mde +ok/);
    expect(code).toBe(0);
  });

  test('that was revoked asks to sign in again', async () => {
    await login(approve(userName));
    simulator.users.revoke(userName);
    const { url } = await start();
    const { failures } = await machines(url);
    expect(failures).toMatchObject([
      {
        code: 'TENANT_SIGN_IN_REQUIRED',
        message: expect.stringContaining('AADSTS50173: the sign-in has expired or was revoked'),
      },
    ]);
  });

  test.each([
    [
      'by another user is refused',
      approve('guarded@contoso.com'),
      `guarded@contoso.com signed in, but auth.userName is ${userName}`,
    ],
    ['that the user declines says so', (code: string) => simulator.users.declineDeviceCode(code), 'the user declined'],
  ])('%s, and nobody is signed in', async (_, decide, message) => {
    const { code, err } = await login(decide);
    expect([code, err]).toEqual([1, `No sign-in to tenant "contoso": ${message}\n`]);
    expect(await place.run(['logout', 'contoso'])).toMatchObject({ out: 'Nobody was signed in to contoso\n' });
  });
});

/** A browser without a screen: opens the page and follows it back, by redirect or by the form that it holds. */
const browse = async (url: string): Promise<void> => {
  const { headers, body } = await http.request(url, { method: 'GET' });
  if (headers.location !== undefined) {
    await fetch(headers.location);
    return;
  }
  const fields = [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(({ 1: name = '', 2: value = '' }) => [
    name,
    value,
  ]);
  const action = /action="([^"]+)"/.exec(body)?.[1] ?? '';
  await fetch(action, { method: 'POST', body: new URLSearchParams(Object.fromEntries(fields)) });
};

describe('login by browser', () => {
  test('opens the sign-in page, takes the code back with PKCE, and works', async () => {
    const opened: string[] = [];
    const { code, out } = await place.run(
      ['login', 'contoso', '--browser'],
      {},
      {
        openBrowser: (url) => {
          opened.push(url);
          void browse(url);
        },
      },
    );
    expect(code).toBe(0);
    expect(out).toContain(`Signed in to contoso as ${userName}`);
    const asked = new URL(opened[0] ?? '').searchParams;
    expect([asked.get('code_challenge_method'), asked.get('login_hint')]).toEqual(['S256', userName]);
    const { url } = await start();
    expect(await machines(url)).toMatchObject({ nodes: [{}], failures: [] });
  });
});

test.each([
  ['a tenant of an app', ['login', 'fabrikam'], 'Tenant "fabrikam" does not sign in as a user'],
  ['logging out of it', ['logout', 'fabrikam'], 'Tenant "fabrikam" does not sign in as a user'],
])('login is refused for %s', async (_, args, message) => {
  const { code, err } = await place.run(args);
  expect(code).toBe(1);
  expect(err).toContain(message);
});

test.each(['login', 'logout'])('%s is refused for a store that forgets', async (command) => {
  await place.write('memory.yaml', changedSettings(settings(), [[['store'], { url: 'memory:' }]]));
  const { code, err } = await place.run([command, 'contoso', '--config', 'memory.yaml']);
  expect(code).toBe(1);
  expect(err).toContain('Choose a store that lasts');
});
