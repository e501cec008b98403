import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { library } from '../../src/hunting/library/index.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** The library of hunting queries: every one of them runs, over every API, and its values stay values. */

const alpha = 'alpha';
const ofEndpoint = 'of-endpoint';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant(alpha, { scale: 0.3 }),
        simTenant(ofEndpoint, { scale: 0.3, permissions: { graph: [], m365d: [] } }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'roles'], { watch: ['hunt:library'] }],
        [['access', 'apiKeys'], [keyRow('watch', { roles: ['watch'] })]],
      ]),
  });
});
afterAll(() => running.stop());

interface Given {
  readonly name: string;
  readonly string?: string;
  readonly strings?: readonly string[];
  readonly number?: number;
}

interface Answer {
  readonly runHuntingQuery: {
    readonly columns: readonly { readonly name: string }[];
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly tenants: readonly { readonly status: string; readonly error: { readonly message: string } | null }[];
  } | null;
}

const document = `query ($name: ID!, $parameters: [HuntParameterInput!], $since: DateTime, $until: DateTime, $tenants: [String!]) {
  runHuntingQuery(input: { name: $name, parameters: $parameters, since: $since, until: $until, tenants: $tenants }) {
    columns { name } rows tenants { status error { message } }
  }
}`;

const monthAgo = new Date(Date.now() - 29 * 86_400_000).toISOString();

const run = (
  name: string,
  parameters: readonly Given[],
  { tenants = [alpha], since = monthAgo as string | null, until = null as string | null, headers = {} } = {},
) => running.ask<Answer>(document, { name, parameters, since, until, tenants }, headers);

const world = () => running.simulator.world(alpha);

/** A value of each parameter that some of the estate has. */
const givenFor = (name: string): Omit<Given, 'name'> => {
  const [machine] = world().machines;
  const evidence = world().alerts.flatMap((alert) => alert.evidence);
  const file = evidence.flatMap((item) => (item.type === 'file' ? [item.file] : []))[0];
  const process = evidence.flatMap((item) => (item.type === 'process' ? [item.process] : []))[0];
  const values: Readonly<Record<string, Omit<Given, 'name'>>> = {
    machine: { string: machine?.computerDnsName.split('.')[0] ?? '' },
    file: { string: process?.image.fileName ?? '' },
    image: { string: process?.image.fileName ?? '' },
    hash: { string: file?.sha1.toUpperCase() ?? '' },
    account: { string: `CONTOSO\\${process?.user.accountName}` },
    path: { string: 'Windows' },
    address: { string: evidence.flatMap((item) => (item.type === 'ip' ? [item.ipAddress] : []))[0] ?? '' },
    url: { string: 'example' },
    key: { string: 'Software' },
    message: { string: '00000000-0000-4000-8000-000000000001' },
    mailbox: { string: 'somebody@contoso.com' },
    application: { string: 'Microsoft 365' },
    port: { number: 443 },
    words: { strings: ['powershell', 'cmd'] },
  };
  return values[name] ?? { number: 1 };
};

test.each(library.map((query) => [query.name, query] as const))(
  '%s runs with all that it takes',
  async (name, query) => {
    const parameters = Object.keys(query.parameters).map((each) => ({ name: each, ...givenFor(each) }));
    const { data, errors } = await run(name, parameters);
    expect(errors).toEqual([]);
    expect(data.runHuntingQuery?.columns.length).toBeGreaterThan(2);
  },
);

test('what MSTICPy and Cortex ask has a query here', () => {
  const reference = fileURLToPath(new URL('../../../shared/reference/hunting-queries.json', import.meta.url));
  if (!existsSync(reference)) {
    process.stdout.write(
      'Skipped: the library is compared with ../shared/reference/hunting-queries.json, which is not here\n',
    );
    return;
  }
  const { queries, xsoar_hunting_purposes: purposes } = z
    .object({
      queries: z.array(z.object({ name: z.string() })),
      xsoar_hunting_purposes: z.array(z.object({ command: z.string(), query_purpose: z.string().nullable() })),
    })
    .parse(JSON.parse(readFileSync(reference, 'utf8')));
  const wanted = new Set([
    ...queries.map(({ name }) => name),
    ...purposes.map(({ command, query_purpose: purpose }) => (purpose === null ? command : `${command}/${purpose}`)),
  ]);
  expect([...new Set(library.flatMap(({ alsoKnownAs }) => alsoKnownAs))].toSorted()).toEqual([...wanted].toSorted());
});

describe('values', () => {
  test('stay values, whatever they hold', async () => {
    const { data, errors } = await run('processesByPath', [
      { name: 'path', string: '" or true or FolderPath contains "' },
    ]);
    expect(errors).toEqual([]);
    expect(data.runHuntingQuery?.rows).toEqual([]);
  });

  test('are found in every spelling: an account with its domain, a hash in upper case, one text for a list', async () => {
    const account = givenFor('account').string?.split('\\')[1] ?? '';
    const bare = await run('processesOfUser', [{ name: 'account', string: account }]);
    expect(bare.data.runHuntingQuery?.rows.length).toBeGreaterThan(0);
    for (const string of [`CONTOSO\\${account}`, `${account}@contoso.com`])
      expect((await run('processesOfUser', [{ name: 'account', string }])).text).toBe(bare.text);
    const listed = await run('processesByCommandLine', [{ name: 'words', strings: ['powershell'] }]);
    expect((await run('processesByCommandLine', [{ name: 'words', string: 'powershell' }])).text).toBe(listed.text);
  });

  test('the time is the last seven days unless it is said, also where the API takes none', async () => {
    for (const tenants of [[alpha], [ofEndpoint]]) {
      const times = async (since: string | null, until: string | null) =>
        (
          (await run('processesByImage', [{ name: 'image', string: 'powershell.exe' }], { tenants, since, until })).data
            .runHuntingQuery?.rows ?? []
        ).map(({ Timestamp }) => Date.parse(String(Timestamp)));
      const weekAgo = Date.now() - 7 * 86_400_000;
      const [week, month] = [await times(null, null), await times(monthAgo, null)];
      expect(month.length).toBeGreaterThan(week.length);
      expect(week.length).toBe(month.filter((time) => time >= weekAgo).length);
      expect((await times(monthAgo, new Date(weekAgo).toISOString())).length).toBe(month.length - week.length);
    }
  });
});

describe('what is refused before anything is asked', () => {
  test.each<[string, string, readonly Given[], string]>([
    ['a name that is none', 'alertsOfMachines', [], 'did you mean "alertsOfMachine"?'],
    ['a value that is missing', 'alertsOfMachine', [], 'has to be given'],
    ['a value that it does not take', 'alerts', [{ name: 'machine', string: 'x' }], 'it has none'],
    ['a misspelled one', 'alertsOfMachine', [{ name: 'machin', string: 'x' }], 'did you mean "machine"?'],
    ['a value of another type', 'connectionsToPort', [{ name: 'port', string: '443' }], 'as number'],
    ['two values for one', 'alertsOfMachine', [{ name: 'machine', string: 'x', number: 1 }], 'takes one value'],
    [
      'one that is given twice',
      'alertsOfMachine',
      [
        { name: 'machine', string: 'x' },
        { name: 'machine', string: 'y' },
      ],
      'twice',
    ],
    ['a blank', 'fileEventsByPath', [{ name: 'path', string: ' ' }], 'is blank'],
    ['an empty list', 'processesByCommandLine', [{ name: 'words', strings: [] }], 'empty list'],
    ['what is no hash', 'fileEventsByHash', [{ name: 'hash', string: 'abc' }], 'SHA-1'],
    ['what is no address', 'connectionsOfAddress', [{ name: 'address', string: '10.0.0.0/8' }], 'IPv4'],
  ])('%s', async (_, name, parameters, says) => {
    running.simulator.calls.reset();
    const { errors } = await run(name, parameters);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toContain(says);
    expect(running.simulator.calls.list()).toEqual([]);
  });

  test('an end before its beginning', async () => {
    const { errors } = await run('alerts', [], { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'since' } }]);
  });
});

test('who has the library alone runs its queries, and no others', async () => {
  const headers = keyHeader('watch');
  expect((await run('alerts', [], { headers })).errors).toEqual([]);
  const { errors } = await running.ask(
    `{ hunt(input: { query: "AlertInfo | take 1", tenants: ["${alpha}"] }) { rowCount } }`,
    {},
    headers,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

describe('the list', () => {
  const list = (which: string) =>
    running.ask<{
      huntingQueries: readonly { readonly name: string; readonly parameters: readonly unknown[] }[] | null;
    }>(
      `{ huntingQueries${which} { name group about tables alsoKnownAs kql parameters { name type about required default } } }`,
    );

  test('has all of them, those of a group, and those of a text', async () => {
    expect((await list('')).data.huntingQueries).toHaveLength(library.length);
    const alerts = (await list('(group: "alerts")')).data.huntingQueries?.map(({ name }) => name);
    expect(alerts).toEqual(library.filter(({ group }) => group === 'alerts').map(({ name }) => name));
    expect((await list('(textContains: "HOST_ALERTS")')).data.huntingQueries).toMatchObject([
      { name: 'alertsOfMachine', parameters: [{ name: 'machine', type: 'STRING', required: true, default: null }] },
    ]);
  });

  test('refuses a group that is none', async () => {
    expect((await list('(group: "x")')).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: 'group' } },
    ]);
  });
});
