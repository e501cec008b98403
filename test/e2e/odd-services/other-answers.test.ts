import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EntityName, entities, entityNames, lookUpOf } from '../../../src/entities/table.ts';
import { type Asked, type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(60);
});
afterAll(() => api.stop());

const hex = (digit: string, length = 40): string => digit.repeat(length);
const guid = (digit: string): string => `a00ab94f-0000-4000-8000-00000000000${digit}`;

interface Case {
  readonly asked: string;
  /** A row of the one that was asked for, as the API may write it. */
  readonly own: Readonly<Record<string, unknown>>;
  /** A row of another one. */
  readonly other: Readonly<Record<string, unknown>>;
  /** What another row alone is answered with: by id it is no answer, in a whole list it is all that there is. */
  readonly code?: 'NOT_FOUND';
}

/** Every type that is read by id; `null`: it is there by being named, and nobody is asked. */
const cases = {
  alerts: { asked: 'da1_1', own: { id: 'DA1_1' }, other: { id: 'da2_2' } },
  incidents: {
    asked: '1',
    // Merged into another: it is told under its own id all the same.
    own: { id: '1', incidentId: 1, status: 'redirected', redirectIncidentId: '2' },
    other: { id: '2', incidentId: 2 },
  },
  machines: { asked: hex('a'), own: { id: hex('A'), mergedIntoMachineId: hex('b') }, other: { id: hex('b') } },
  machineActions: {
    asked: guid('a'),
    own: { id: guid('a').toUpperCase(), type: 'Isolate' },
    other: { id: guid('b'), type: 'Isolate' },
  },
  investigations: { asked: '11', own: { id: 11 }, other: { id: '12' } },
  antivirusHealth: {
    asked: hex('a'),
    own: { id: 'x', machineId: hex('A') },
    other: { id: 'x', machineId: hex('b') },
  },
  scanDefinitions: { asked: guid('a'), own: { id: guid('A') }, other: { id: guid('b') }, code: 'NOT_FOUND' },
  scanAgents: {
    asked: `org_${hex('a')}`,
    own: { id: `Org_${hex('a')}`, machineId: hex('a') },
    other: { id: `org_${hex('b')}` },
    code: 'NOT_FOUND',
  },
  // Names that differ in case alone are two files.
  libraryFiles: { asked: 'a.ps1', own: { fileName: 'a.ps1' }, other: { fileName: 'b.ps1' }, code: 'NOT_FOUND' },
  indicators: { asked: '1', own: { id: '1' }, other: { id: '2' }, code: 'NOT_FOUND' },
  vulnerabilities: { asked: 'CVE-2024-0001', own: { id: 'cve-2024-0001' }, other: { id: 'CVE-2024-9999' } },
  software: { asked: 'a-_-b', own: { id: 'A-_-b' }, other: { id: 'x-_-y' } },
  recommendations: { asked: 'va-_-a-_-b', own: { id: 'va-_-a-_-B' }, other: { id: 'va-_-x-_-y' } },
  remediationTasks: { asked: guid('a'), own: { id: guid('A') }, other: { id: guid('b') } },
  files: { asked: hex('a'), own: { sha1: hex('A') }, other: { sha1: hex('b') } },
  domains: null,
  ipAddresses: null,
  urls: null,
  users: null,
  baselineProfiles: { asked: guid('a'), own: { id: guid('A') }, other: { id: guid('b') } },
  baselineConfigurations: {
    asked: 'CIS_1.4.0-windows_9.3.9',
    own: { id: '9.3.9', uniqueId: 'CIS_1.4.0-Windows_9.3.9' },
    other: { id: '9.3.1', uniqueId: 'CIS_1.4.0-windows_9.3.1' },
  },
  browserExtensionPermissions: {
    asked: 'a-_-b',
    own: { id: 'a-_-b', key: 'a-_-b' },
    other: { id: 'x-_-y', key: 'x-_-y' },
    code: 'NOT_FOUND',
  },
} satisfies Readonly<Record<EntityName, Case | null>>;

const batched = (body: string, answer: object): Given => {
  const { requests }: { readonly requests: readonly { readonly id: string }[] } = JSON.parse(body);
  return { body: { responses: requests.map(({ id }) => ({ id, status: 200, body: answer })) } };
};

/** The row by whatever it is asked for: alone, or as the only one of a list. */
const always =
  (row: Readonly<Record<string, unknown>>) =>
  ({ query, method, body, path }: Asked): Given => {
    const answer = { ...row, value: Number(query.get('$skip') ?? 0) > 0 ? [] : [row] };
    if (method !== 'POST' || !path.endsWith('/$batch')) return { body: answer };
    return batched(body, answer);
  };

interface Told {
  readonly one: { readonly tenant: { readonly name: string } } | null;
}

const lookUp = (name: EntityName, id: string): string =>
  `query ($tenant: String!) { one: ${lookUpOf(name)}(tenant: $tenant, ${entities[name].id.field}: ${JSON.stringify(id)}) { tenant { name } } }`;

const codes = (errors: readonly { readonly extensions: { readonly code: string } }[]) =>
  errors.map(({ extensions }) => extensions.code);

describe('R6: a read of one that is answered', () => {
  const known: Readonly<Record<EntityName, Case | null>> = cases;
  for (const name of entityNames) {
    const row = known[name];
    if (row === null) continue;
    test(`with another: ${name}`, async () => {
      const tenant = api.tenant(always(row.other));
      const { data, errors } = await tenant.ask<Told>(lookUp(name, row.asked));
      expect(data?.one ?? null).toBeNull();
      expect(codes(errors)).toEqual([row.code ?? 'UPSTREAM_UNAVAILABLE']);
    });
    test(`with itself, written otherwise: ${name}`, async () => {
      const tenant = api.tenant(always(row.own));
      const { data, errors } = await tenant.ask<Told>(lookUp(name, row.asked));
      expect(errors).toEqual([]);
      expect(data.one).toEqual({ tenant: { name: tenant.name } });
    });
  }
});

const machine = (idOrName: string): string => lookUp('machines', idOrName);
const file = (hash: string): string => lookUp('files', hash);
const statistics = (of: string): string =>
  `query ($tenant: String!) { one: ${of} { prevalence { organizationPrevalence } } }`;

const spellings: readonly (readonly [string, string, object, 'told' | 'UPSTREAM_UNAVAILABLE'])[] = [
  ['a DNS name', machine('fin-1.contoso.com'), { id: hex('a'), computerDnsName: 'FIN-1.contoso.com' }, 'told'],
  ['a DNS name, told as host name', machine('fin-1.contoso.com'), { id: hex('a'), computerDnsName: 'fin-1' }, 'told'],
  [
    'a DNS name, another machine',
    machine('fin-1.contoso.com'),
    { id: hex('a'), computerDnsName: 'fin-2.contoso.com' },
    'UPSTREAM_UNAVAILABLE',
  ],
  ['SHA-256, told with SHA-1', file(hex('c', 64)), { sha1: hex('a') }, 'told'],
  ['SHA-256, another', file(hex('c', 64)), { sha1: hex('a'), sha256: hex('d', 64) }, 'UPSTREAM_UNAVAILABLE'],
  [
    'statistics of a file, another',
    statistics(`file(tenant: $tenant, hash: "${hex('a')}")`),
    { sha1: hex('b'), organizationPrevalence: 1 },
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'statistics of a domain, in capitals',
    statistics('domain(tenant: $tenant, name: "evil.com")'),
    { host: 'EVIL.com.', organizationPrevalence: '4070' },
    'told',
  ],
  [
    'statistics of a domain, another',
    statistics('domain(tenant: $tenant, name: "evil.com")'),
    { host: 'other.com', organizationPrevalence: '4070' },
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'statistics of an address, written otherwise',
    statistics('ipAddress(tenant: $tenant, address: "fe80::1")'),
    { ipAddress: 'FE80:0:0:0:0:0:0:1', organizationPrevalence: '1' },
    'told',
  ],
  [
    'statistics of an address, another',
    statistics('ipAddress(tenant: $tenant, address: "1.2.3.4")'),
    { ipAddress: '1.2.3.5', organizationPrevalence: '1' },
    'UPSTREAM_UNAVAILABLE',
  ],
];

test.each(spellings)('R6: %s', async (_, query, row, outcome) => {
  const tenant = api.tenant(always({ ...row }));
  const { data, errors } = await tenant.ask<{ readonly one: object | null }>(query);
  expect(codes(errors)).toEqual(outcome === 'told' ? [] : [outcome]);
  const told = JSON.stringify(data?.one ?? null);
  expect(told !== 'null' && told !== '{"prevalence":null}').toBe(outcome === 'told');
});

test.each([
  ['alert', 'updateAlerts', 'alertIds: ["da1_1"]', 'da2_2'],
  ['incident', 'updateIncidents', 'incidentIds: ["1"]', '2'],
] as const)(
  'R6: a change of an %s that is answered with another is not told as done',
  async (type, action, ids, id) => {
    const tenant = api.tenant(always({ id, incidentId: 2, status: 'new' }));
    const { data } = await tenant.ask(
      `mutation ($tenant: String!) {
      action: ${action}(input: { tenant: $tenant, ${ids}, status: RESOLVED }) { results { outcome ${type} { ${type}Id } error { code } } }
    }`,
    );
    expect(data).toEqual({
      action: { results: [{ outcome: 'UNKNOWN', [type]: null, error: { code: 'UPSTREAM_UNAVAILABLE' } }] },
    });
  },
);

test.each([
  ['its DNS name', 'fin-1.contoso.com', 'DONE'],
  ['its DNS name with the root at its end', 'FIN-1.contoso.com.', 'DONE'],
  ['a part of its DNS name that is no host name', 'fin-1.contoso', 'FAILED'],
])('R6: an action on a machine by %s is judged as a read of it is', async (_, name, outcome) => {
  const own = {
    id: hex('a'),
    computerDnsName: 'fin-1.contoso.com',
    osPlatform: 'Windows11',
    onboardingStatus: 'Onboarded',
  };
  const tenant = api.tenant(({ method, path }) => {
    if (method === 'POST') return { status: 201, body: { id: guid('a'), type: 'RunAntiVirusScan', machineId: own.id } };
    return { body: path.endsWith('/machineactions') ? { value: [] } : own };
  });
  const read = await tenant.ask<Told>(machine(name));
  expect(read.data?.one !== null).toBe(outcome === 'DONE');
  const mutated = await tenant.ask(
    `mutation ($tenant: String!, $name: ID!) {
      action: scanMachines(input: { tenant: $tenant, machineIds: [$name], comment: "Weekly" }) { results { machineId outcome } }
    }`,
    { name },
  );
  expect(mutated.data).toMatchObject({ action: { results: [{ outcome }] } });
});

test('R6: two incidents of a batch, one part of which is of another, are one incident and one error', async () => {
  const tenant = api.tenant(({ method, body }) =>
    method === 'POST' ? batched(body, { id: '1' }) : { body: { id: '1' } },
  );
  const { data, errors } = await tenant.ask<Readonly<Record<string, object | null>>>(
    'query ($tenant: String!) { a: incident(tenant: $tenant, incidentId: "1") { incidentId } b: incident(tenant: $tenant, incidentId: "2") { incidentId } }',
  );
  expect(data).toEqual({ a: { incidentId: '1' }, b: null });
  expect(codes(errors)).toEqual(['UPSTREAM_UNAVAILABLE']);
});
