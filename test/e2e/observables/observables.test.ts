import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressesIn, filesIn, hostsIn } from '../../../src/simulator/mde/sightings.ts';
import type { TenantWorld, WorldEvidence } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { expectRefusal } from '../../support/refusals.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { addressIn, domainIn, fileIn, type Named, urlIn, userIn } from './estate.ts';

const tenant = 'alpha';
const noAlerts = 'no-alerts';
const shanghai = {
  name: 'shanghai',
  tenantId: '99999999-aaaa-4aaa-8aaa-000000000009',
  cloud: 'china',
  auth: { clientId: '99999999-bbbb-4bbb-8bbb-000000000009', clientSecret: 'demo-secret-shanghai' },
};
const limitedKey = 'key of the servers';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant(tenant, { scale: 0.5 }),
        simTenant(noAlerts, { scale: 0.1, permissions: { mde: ['Machine.Read.All'], m365d: [], graph: [] } }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['limits'], { requestsPerMinute: 0, cost: 100_000 }],
        [['tenants', 2], shanghai],
        [['access', 'roles'], { servers: { permissions: ['machine:read', 'alert:read'], machineGroups: ['Servers'] } }],
        [['access', 'apiKeys'], [keyRow(limitedKey, { roles: ['servers'] })]],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
afterAll(() => running.stop());

const world = (): TenantWorld => running.simulator.world(tenant);
const quoted = (text: string): string => JSON.stringify(text);

/** The calls that a question made. */
const callsOf = async (ask: () => Promise<unknown>): Promise<readonly (string | null)[]> => {
  running.simulator.calls.reset();
  await ask();
  return running.simulator.calls.list().map(({ operation }) => operation);
};

interface Found {
  readonly alerts: {
    readonly nodes: readonly { readonly alertId: string; readonly createdAt: string }[];
    readonly totalCount: number;
  };
  readonly machines: { readonly nodes: readonly { readonly machineId: string }[]; readonly totalCount: number };
  readonly prevalence: Readonly<Record<string, unknown>>;
}

const alerts = 'alerts(first: 200) { nodes { alertId createdAt } totalCount }';
const machines = 'machines(first: 200) { nodes { machineId } totalCount }';
const prevalence = 'prevalence { organizationPrevalence orgFirstSeen orgLastSeen }';

/** Ways to each kind; those that Microsoft serves. */
const kinds: readonly (readonly [kind: string, argument: string, in_: (world: TenantWorld) => Named, edges: string])[] =
  [
    ['file', 'hash', fileIn, `${alerts} ${machines} ${prevalence}`],
    ['domain', 'name', domainIn, `${alerts} ${machines} ${prevalence}`],
    ['ipAddress', 'address', addressIn, `${alerts} ${prevalence}`],
    ['url', 'url', urlIn, alerts],
    ['user', 'name', userIn, `${alerts} ${machines}`],
  ];

const lookUp = (kind: string, argument: string, text: string, selection: string, of = tenant): string =>
  `{ it: ${kind}(tenant: "${of}", ${argument}: ${quoted(text)}) { ${selection} } }`;

const ask = (query: string, headers: Readonly<Record<string, string>> = {}) =>
  running.ask<{ it: Found }>(query, {}, headers);

const idsOf = (named: Named): string[] => named.alerts.map(({ id }) => id).toSorted();

/** Machines that the estate says a user signs in to; of all else those of its alerts. */
const machinesOf = (kind: string, named: Named): string[] =>
  (kind === 'user'
    ? world()
        .machines.filter(({ logonUsers }) => logonUsers.some(({ accountName }) => accountName === named.text))
        .map(({ id }) => id)
    : [...named.machineIds]
  ).toSorted();

describe('what the estate has of it', () => {
  test.each(kinds)(
    '%s: its alerts, newest first, its machines and its prevalence',
    async (kind, argument, in_, edges) => {
      const named = in_(world());
      const { data, errors } = await ask(lookUp(kind, argument, named.text, edges));
      expect(errors).toEqual([]);
      const found = data.it.alerts.nodes;
      expect(found.map(({ alertId }) => alertId).toSorted()).toEqual(idsOf(named));
      expect(found.length).toBeGreaterThan(0);
      if (kind !== 'url') {
        const times = found.map(({ createdAt }) => createdAt);
        expect(times).toEqual(times.toSorted().toReversed());
      }
      if (edges.includes(machines)) {
        expect(data.it.machines.nodes.map(({ machineId }) => machineId).toSorted()).toEqual(machinesOf(kind, named));
        expect(data.it.machines.nodes.length).toBeGreaterThan(0);
      }
      if (edges.includes(prevalence)) {
        expect(data.it.prevalence).toMatchObject({ organizationPrevalence: expect.any(Number) });
        expect(data.it.prevalence.organizationPrevalence).toBeLessThanOrEqual(named.machineIds.length);
      }
    },
  );

  test.each(kinds)('%s: is the same by its global id', async (kind, argument, in_) => {
    const { text } = in_(world());
    const { data } = await running.ask<{ it: { id: string } }>(lookUp(kind, argument, text, 'id'));
    const type = kind === 'ipAddress' ? 'IpAddress' : `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    const again = await running.ask(
      `query ($id: ID!) { node(id: $id) { id __typename ... on ${type} { ${argument} tenant { name } } } }`,
      { id: data.it.id },
    );
    expect(again).toMatchObject({
      data: { node: { id: data.it.id, __typename: type, [argument]: text, tenant: { name: tenant } } },
      errors: [],
    });
  });
});

describe('calls', () => {
  test("F: a user's page with alerts and machines costs at most four, here two", async () => {
    const { text } = userIn(world());
    const page = `{
      user(tenant: "${tenant}", name: ${quoted(text)}) {
        name
        alerts { nodes { title severity status createdAt machine { computerDnsName } } totalCount }
        machines { nodes { computerDnsName riskScore lastSeen machineTags } totalCount }
      }
    }`;
    const calls = await callsOf(async () => expect((await ask(page)).errors).toEqual([]));
    expect(calls).toEqual(expect.arrayContaining(['listUserAlerts', 'listUserMachines']));
    expect(calls.length).toBeLessThanOrEqual(4);
  });

  test.each(kinds.filter(([kind]) => kind !== 'file'))('%s: naming it costs none', async (kind, argument, in_) => {
    expect(
      await callsOf(() => ask(lookUp(kind, argument, in_(world()).text, `id ${argument} tenant { name }`))),
    ).toEqual([]);
  });

  test('alerts of several URLs are hunted for together', async () => {
    const { text } = urlIn(world());
    const [a, b] = [text, 'https://nobody.example/x'].map(
      (url, index) => `u${index}: url(tenant: "${tenant}", url: ${quoted(url)}) { alerts { nodes { alertId } } }`,
    );
    const calls = await callsOf(() => running.ask(`{ ${a} ${b} }`));
    expect(calls.filter((operation) => operation === 'graph.hunting.run')).toHaveLength(1);
  });

  test('a look-back is asked of Microsoft as it was given, and two are two calls', async () => {
    const { text } = domainIn(world());
    const query = `{ domain(tenant: "${tenant}", name: ${quoted(text)}) {
      day: prevalence(lookBackHours: 24) { organizationPrevalence }
      all: prevalence { organizationPrevalence }
      same: prevalence(lookBackHours: 24) { organizationPrevalence }
    } }`;
    await callsOf(() => running.ask(query));
    const paths = running.simulator.calls.list({ operation: 'getDomainStatistics' }).map(({ path }) => path);
    expect(paths.map((path) => path.split('?')[1] ?? '').toSorted()).toEqual(['', 'lookBackHours=24']);
  });
});

describe('spellings', () => {
  const sha256Of = (sha1: string): string | undefined =>
    world()
      .alerts.flatMap(({ evidence }) => evidence)
      .flatMap((each) => (each.type === 'file' ? [each.file] : []))
      .find((file) => file.sha1 === sha1)?.sha256;

  test('a file by SHA-256, and in capitals, is the one of its SHA-1', async () => {
    const { text: sha1 } = fileIn(world());
    for (const hash of [sha256Of(sha1) ?? sha1.toUpperCase(), sha1.toUpperCase()]) {
      const { data, errors } = await ask(lookUp('file', 'hash', hash, `hash ${alerts}`));
      expect(errors).toEqual([]);
      expect(data.it).toMatchObject({ hash: sha1, alerts: { totalCount: fileIn(world()).alerts.length } });
    }
  });

  const spellings: readonly (readonly [kind: string, argument: string, given: string, kept: string])[] = [
    ['domain', 'name', 'WWW.Example.COM.', 'www.example.com'],
    ['domain', 'name', 'bücher.example', 'xn--bcher-kva.example'],
    ['domain', 'name', '_dmarc.example.com', '_dmarc.example.com'],
    ['ipAddress', 'address', '[2001:DB8:0:0::1]', '2001:db8::1'],
    ['ipAddress', 'address', 'fe80::1%eth0', 'fe80::1'],
    ['ipAddress', 'address', '::ffff:10.0.0.1', '10.0.0.1'],
    ['ipAddress', 'address', '10.209.67.177', '10.209.67.177'],
    ['user', 'name', 'CONTOSO\\jdoe', 'jdoe'],
    ['user', 'name', 'jdoe@contoso.com', 'jdoe'],
    ['user', 'name', "sinéad o'brien", "sinéad o'brien"],
  ];
  test.each(spellings)('%s(%s: %j) is %j', async (kind, argument, given, kept) => {
    const { data, errors } = await running.ask(lookUp(kind, argument, given, argument));
    expect(errors).toEqual([]);
    expect(data).toEqual({ it: { [argument]: kept } });
  });
});

describe('what Microsoft does not know', () => {
  test.each([
    ['domain', 'name', 'nobody.example', `${alerts} ${machines} ${prevalence}`],
    ['ipAddress', 'address', '192.0.2.250', `${alerts} ${prevalence}`],
    ['user', 'name', 'nobody', `${alerts} ${machines}`],
    ['url', 'url', 'https://nobody.example/x', alerts],
  ])('a %s has no alerts, no machines, and a prevalence of 0', async (kind, argument, text, edges) => {
    const { data, errors } = await ask(lookUp(kind, argument, text, edges));
    expect(errors).toEqual([]);
    expect(data.it.alerts).toEqual({ nodes: [], totalCount: 0 });
    if (edges.includes(machines)) expect(data.it.machines).toEqual({ nodes: [], totalCount: 0 });
    if (edges.includes(prevalence)) expect(data.it.prevalence.organizationPrevalence).toBe(0);
  });

  test('a file is NOT_FOUND', async () => {
    const query = lookUp('file', 'hash', 'f'.repeat(40), 'hash');
    expectRefusal(await running.ask(query), { query, code: 'NOT_FOUND', says: /alpha has no file "f{40}"/ });
  });
});

describe('bad input is refused before any call', () => {
  const rows: readonly (readonly [kind: string, argument: string, text: string, says: RegExp])[] = [
    ['file', 'hash', 'a'.repeat(32), /SHA-1 \(40 hex digits\) or a SHA-256 \(64\); Microsoft takes no MD5/],
    ['file', 'hash', 'a'.repeat(41), /SHA-1/],
    ['file', 'hash', 'g'.repeat(40), /SHA-1/],
    ['file', 'hash', '', /SHA-1/],
    ['domain', 'name', 'https://example.com', /without scheme, port and path/],
    ['domain', 'name', 'example.com/x', /domain name/],
    ['domain', 'name', 'example.com:443', /domain name/],
    ['domain', 'name', 'me@example.com', /domain name/],
    ['domain', 'name', 'localhost', /domain name/],
    ['domain', 'name', '192.0.2.1', /domain name/],
    ['domain', 'name', `${'a'.repeat(64)}.example`, /domain name/],
    ['domain', 'name', `${'a.'.repeat(130)}example`, /domain name/],
    ['domain', 'name', '', /domain name/],
    ['ipAddress', 'address', '10.0.0.0/8', /one IPv4 or IPv6 address, no range/],
    ['ipAddress', 'address', '10.0.0.1%2F8', /no range/],
    ['ipAddress', 'address', '010.1.1.1', /no range/],
    ['ipAddress', 'address', '1.2.3', /no range/],
    ['ipAddress', 'address', 'example.com', /no range/],
    ['ipAddress', 'address', '1'.repeat(300), /no range/],
    ['ipAddress', 'address', '', /no range/],
    ['url', 'url', 'javascript:alert(1)', /a URL/],
    ['url', 'url', 'https://', /a URL/],
    ['url', 'url', 'https://example.com/a b', /a URL/],
    ['url', 'url', `https://example.com/${'a'.repeat(2100)}`, /a URL/],
    ['url', 'url', '', /a URL/],
    ['user', 'name', '', /the name of an account/],
    ['user', 'name', 'CONTOSO\\', /the name of an account/],
    ['user', 'name', '@contoso.com', /the name of an account/],
    ['user', 'name', 'a/../b', /the name of an account/],
    ['user', 'name', 'a'.repeat(257), /the name of an account/],
  ];
  test.each(rows)('%s(%s: %j)', async (kind, argument, text, says) => {
    const query = lookUp(kind, argument, text, 'id');
    const refusal = { query, code: 'BAD_USER_INPUT', says, extensions: { field: argument } };
    expect(await callsOf(async () => expectRefusal(await running.ask(query), refusal))).toEqual([]);
  });

  test.each([0, -1, 721])('lookBackHours: %i', async (hours) => {
    const query = lookUp('domain', 'name', 'example.com', `prevalence(lookBackHours: ${hours}) { orgFirstSeen }`);
    const refusal = { query, code: 'BAD_USER_INPUT', says: /from 1 to 720/, extensions: { field: 'lookBackHours' } };
    expect(await callsOf(async () => expectRefusal(await running.ask(query), refusal))).toEqual([]);
  });
});

describe("Microsoft's refusals are told", () => {
  test('an address that it does not take, in its own words', async () => {
    running.simulator.faults.add({
      tenant,
      operation: 'getIpStatistics',
      effect: {
        kind: 'status',
        status: 400,
        code: 'InvalidIpAddress',
        message: 'IP address 10.0.0.1 is not a public address.',
      },
    });
    const query = lookUp('ipAddress', 'address', '10.0.0.1', prevalence);
    const { errors } = await running.ask(query);
    running.simulator.faults.clear();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('IP address 10.0.0.1 is not a public address.'),
      extensions: { upstreamStatus: 400, upstreamCode: 'InvalidIpAddress' },
    });
  });

  test('a permission that is missing, of the alerts alone', async () => {
    const { data, errors } = await ask(lookUp('user', 'name', 'nobody', `${alerts} ${machines}`, noAlerts));
    expect(
      errors.map(({ path, extensions }) => [path?.at(-1), extensions.code, extensions.missingPermissions]),
    ).toEqual([['alerts', 'MISSING_PERMISSION', ['Alert.Read.All']]]);
    expect(data.it.machines.nodes).toEqual([]);
  });

  test.each([
    ['domain', 'name', 'example.com', 'URL.Read.All'],
    ['ipAddress', 'address', '192.0.2.1', 'Ip.Read.All'],
  ])('the prevalence of a %s needs a permission of its own', async (kind, argument, text, permission) => {
    const { errors } = await ask(lookUp(kind, argument, text, prevalence, noAlerts));
    expect(errors.map(({ extensions }) => [extensions.code, extensions.missingPermissions])).toEqual([
      ['MISSING_PERMISSION', [permission]],
    ]);
  });

  test.each(kinds)('%s: a cloud without the API is told before any call', async (kind, argument, in_) => {
    const query = lookUp(kind, argument, in_(world()).text, 'alerts { nodes { alertId } }', shanghai.name);
    const refusal = { query, code: 'NOT_AVAILABLE_IN_CLOUD', says: /The cloud of shanghai \(china\) has no API for/ };
    expect(await callsOf(async () => expectRefusal(await running.ask(query), refusal))).toEqual([]);
  });
});

describe('who sees the machines of one group alone', () => {
  const servers = (): ReadonlySet<string> =>
    new Set(
      world()
        .machines.filter(({ rbacGroupName }) => rbacGroupName === 'Servers')
        .map(({ id }) => id),
    );

  const withEdges = kinds.filter(([, , , edges]) => edges.includes(alerts));
  test.each(withEdges)('%s: has their alerts and machines, and counts no other', async (kind, argument, in_, edges) => {
    const seen = servers();
    const named = in_(world());
    const own = edges.replace(prevalence, '');
    const { data, errors } = await ask(lookUp(kind, argument, named.text, own), keyHeader(limitedKey));
    expect(errors).toEqual([]);
    const { machines: shown, alerts: told } = data.it;
    const ownAlerts = named.alerts.filter(({ evidence, machine }) => {
      const ids = evidence.flatMap((each) => ('machine' in each && each.machine !== null ? [each.machine.id] : []));
      return [...ids, ...(machine === null ? [] : [machine.id])].some((id) => seen.has(id));
    });
    expect(told.nodes.map(({ alertId }) => alertId).toSorted()).toEqual(ownAlerts.map(({ id }) => id).toSorted());
    expect(told.totalCount).toBe(ownAlerts.length);
    if (!own.includes(machines)) return;
    const ownMachines = machinesOf(kind, named).filter((id) => seen.has(id));
    expect(shown.nodes.map(({ machineId }) => machineId).toSorted()).toEqual(ownMachines);
    expect(shown.totalCount).toBe(ownMachines.length);
  });

  test.each(kinds.filter(([, , , edges]) => edges.includes(prevalence)))(
    '%s: its prevalence is FORBIDDEN, and nothing is asked',
    async (kind, argument, in_) => {
      const query = lookUp(kind, argument, in_(world()).text, prevalence);
      running.simulator.calls.reset();
      const answer = await running.ask(query, {}, keyHeader(limitedKey));
      expectRefusal(answer, { query, code: 'FORBIDDEN', says: /"prevalence:read"/ });
      expect(running.simulator.calls.list().filter(({ operation }) => /Statistics/.test(operation ?? ''))).toEqual([]);
    },
  );
});

describe('from evidence and actions', () => {
  test('a file, a user, an address, a URL and its domain are those that it names', async () => {
    interface Piece {
      readonly __typename: string;
      readonly fileDetails?: { readonly sha1: string };
      readonly file?: { readonly sha1: string } | null;
      readonly userAccount?: { readonly accountName: string };
      readonly user?: { readonly name: string } | null;
      readonly ipAddress?: string;
      readonly url?: string;
      readonly ip?: { readonly address: string };
      readonly web?: { readonly url: string; readonly domain: { readonly name: string } | null };
      readonly domain?: { readonly name: string } | null;
    }
    const { data, errors } = await running.ask<{ alerts: { nodes: readonly { evidence: readonly Piece[] }[] } }>(
      `{ alerts(tenants: ["${tenant}"], first: 40) { nodes { evidence { __typename
        ... on FileEvidence { fileDetails { sha1 } file { sha1 } }
        ... on UserEvidence { userAccount { accountName } user { name } }
        ... on IpEvidence { ipAddress ip: ipEntity { address } }
        ... on UrlEvidence { url web: urlEntity { url domain { name } } domain { name } }
      } } } }`,
    );
    expect(errors).toEqual([]);
    const pieces = data.alerts.nodes.flatMap(({ evidence }) => evidence);
    const of = (type: string) => pieces.filter(({ __typename }) => __typename === type);
    for (const { fileDetails, file } of of('FileEvidence')) {
      if (file != null) expect(file.sha1).toBe(fileDetails?.sha1);
    }
    expect(of('FileEvidence').some(({ file }) => file != null)).toBe(true);
    for (const { userAccount, user } of of('UserEvidence')) expect(user?.name).toBe(userAccount?.accountName);
    for (const { ipAddress, ip } of of('IpEvidence')) expect(ip?.address).toBe(ipAddress);
    for (const { url, web, domain } of of('UrlEvidence')) {
      expect(web?.url).toBe(url);
      expect(domain).toEqual(web?.domain);
    }
    for (const type of ['UserEvidence', 'IpEvidence', 'UrlEvidence']) expect(of(type)).not.toEqual([]);
  });

  test('files, domains and addresses that an alert is about, by Defender for Endpoint', async () => {
    const [alert] = domainIn(world()).alerts;
    const named = (namesIn: (evidence: WorldEvidence) => readonly string[]): string[] => [
      ...new Set(alert?.evidence.flatMap(namesIn)),
    ];
    const { data, errors } = await running.ask(
      `{ alert(tenant: "${tenant}", alertId: ${quoted(alert?.id ?? '')}) {
        relatedFiles { hash } relatedDomains { name } relatedIpAddresses { address }
      } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      alert: {
        relatedFiles: named((evidence) => filesIn(evidence).map(({ sha1 }) => sha1)).map((hash) => ({ hash })),
        relatedDomains: named(hostsIn).map((name) => ({ name })),
        relatedIpAddresses: named(addressesIn).map((address) => ({ address })),
      },
    });
  });

  test('the file of a quarantine', async () => {
    const { text: sha1 } = fileIn(world());
    const machine = world().machines.find(
      ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
    );
    const { data, errors } = await running.ask(
      `mutation { stopAndQuarantineFile(input: {
        tenant: "${tenant}", machineIds: [${quoted(machine?.id ?? '')}], sha1: "${sha1}", comment: "test"
      }) { results { error { code message } action { relatedFile { fileIdentifier } file { sha1 size } } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      stopAndQuarantineFile: { results: [{ error: null, action: { file: { sha1, size: expect.any(Number) } } }] },
    });
  });
});
