import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countedNames } from '../../../src/entities/counted.ts';
import { listedNames, wordOf } from '../../../src/entities/table.ts';
import { createSchema } from '../../../src/server/schema.ts';
import type { FaultEffect } from '../../../src/simulator/index.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

/** Roots that are lists over tenants, by the schema: those whose connections have `failures`, which take several tenants. */
const lists = Object.values(createSchema().getQueryType()?.getFields() ?? {})
  .filter(({ type, args }) => {
    const named = getNamedType(type);
    return isObjectType(named) && 'failures' in named.getFields() && args.some(({ name }) => name === 'tenants');
  })
  .map(({ name }) => name);

/** What goes wrong, in a tenant of its own. */
const faults = {
  'wrong-secret': { code: 'TENANT_SIGN_IN_REQUIRED' },
  // The token carries the permission: it is not what is missing.
  refused: { code: 'UPSTREAM_REJECTED', effect: { kind: 'status', status: 403 } },
  broken: { code: 'UPSTREAM_UNAVAILABLE', effect: { kind: 'status', status: 500 } },
  throttled: { code: 'UPSTREAM_THROTTLED', effect: { kind: 'status', status: 429, retryAfter: 120 } },
  // Its breaker opens in the course of the tests.
  hanging: { code: /^UPSTREAM_(TIMEOUT|UNAVAILABLE)$/, effect: { kind: 'slow', delayMs: 8000 } },
  shanghai: { code: 'NOT_AVAILABLE_IN_CLOUD' },
} as const satisfies Record<string, { readonly code: string | RegExp; readonly effect?: FaultEffect }>;

const china = {
  name: 'shanghai',
  tenantId: '99999999-aaaa-4aaa-8aaa-000000000009',
  cloud: 'china',
  auth: { clientId: '99999999-bbbb-4bbb-8bbb-000000000009', clientSecret: 'demo-secret-shanghai' },
};
const simulated = ['contoso', 'wrong-secret', 'refused', 'broken', 'throttled', 'hanging'];

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It brings its own faults, one at a time.
    simulator: {
      profile: 'mild',
      tenants: simulated.map((name) => simTenant(name, { scale: 0.1 })),
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 1, 'auth', 'clientSecret'], 'not-the-secret'],
        [['tenants', simulated.length], china],
        [['limits'], { upstreamTimeoutMs: 1500 }],
      ]),
  });
  for (const [tenant, fault] of Object.entries(faults)) {
    if ('effect' in fault)
      for (const product of ['mde', 'm365d', 'graph'] as const)
        running.simulator.faults.add({ tenant, product, effect: fault.effect });
  }
});

afterAll(() => running.stop());

interface Page {
  readonly nodes: readonly unknown[];
  readonly failures?: readonly { readonly code: string; readonly tenant: { readonly name: string } }[];
}

const ask = (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
  running.ask<Readonly<Record<string, Page | null>>>(query, variables);

const failures = 'failures { code tenant { name } }';
const rows = Object.entries(faults).map(([tenant, { code }]) => ({
  tenant,
  code: typeof code === 'string' ? code : expect.stringMatching(code),
}));

const isCounts = (list: string): boolean => list.endsWith('Counts');
const countsOf = countedNames.map((name) => `${wordOf(name)}Counts`);

/** A list with its rows, or counts with theirs under the same name; of changes those of one type, for a tenant fails in each. */
const of = (list: string, args: string, more = ''): string => {
  if (isCounts(list)) return `${list}(by: TENANT, ${args}) { nodes: rows { key } ${more} }`;
  return list === 'changes'
    ? `${list}(${args}, types: [ALERT], since: "2020-01-01T00:00:00Z") { nodes { type } ${more} }`
    : `${list}(${args}, first: 200) { nodes { id } ${more} }`;
};

test('the schema has lists over tenants, counts of them, and what changed in them', () => {
  expect(lists.toSorted()).toEqual([...listedNames, ...countsOf, 'changes'].toSorted());
});

const tellsOfTenants = (list: string): void => {
  test.each(rows)('of $tenant alone, without `failures`, is an error', async ({ tenant, code }) => {
    const { data, errors, status } = await ask(`{ ${of(list, `tenants: ["${tenant}"]`)} }`);
    expect(data).toEqual({ [list]: null });
    expect(errors).toMatchObject([{ path: [list], extensions: { code, tenant } }]);
    expect(status).toBe(200);
  });

  test.each(rows)('of $tenant alone, with `failures`, has it there alone', async ({ tenant, code }) => {
    const { data, errors } = await ask(`{ ${of(list, `tenants: ["${tenant}"]`, failures)} }`);
    expect(data).toEqual({ [list]: { nodes: [], failures: [{ code, tenant: { name: tenant } }] } });
    expect(errors).toEqual([]);
  });

  test.each(rows)(
    'of $tenant and one that answers keeps the rows and has an entry of errors',
    async ({ tenant, code }) => {
      const { data, errors } = await ask(`{ ${of(list, `tenants: ["contoso", "${tenant}"]`)} }`);
      expect(data[list]?.nodes.length).toBeGreaterThan(0);
      expect(errors).toMatchObject([{ path: [list], extensions: { code, tenant } }]);
      expect(errors[0]?.message).not.toBe('');
    },
  );

  test.each(rows)('of $tenant and one that answers, with `failures`, has it there alone', async ({ tenant, code }) => {
    const { data, errors } = await ask(`{ ${of(list, `tenants: ["contoso", "${tenant}"]`, failures)} }`);
    expect(data[list]?.nodes.length).toBeGreaterThan(0);
    expect(data[list]?.failures).toEqual([{ code, tenant: { name: tenant } }]);
    expect(errors).toEqual([]);
  });

  test('of all tenants has an entry for each that fails', async () => {
    const { data, errors } = await ask(`{ ${of(list, 'tenants: null')} }`);
    expect(data[list]?.nodes.length).toBeGreaterThan(0);
    expect(errors.map(({ path, extensions: { tenant, code } }) => ({ path, tenant, code }))).toEqual(
      rows.map((row) => ({ path: [list], ...row })).toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1)),
    );
  });

  test('of all that fail is one error, of the most telling failure, which names the others with their codes', async () => {
    const { data, errors } = await ask(`query ($tenants: [String!]) { ${of(list, 'tenants: $tenants')} }`, {
      tenants: rows.map(({ tenant }) => tenant),
    });
    expect(data).toEqual({ [list]: null });
    expect(errors).toMatchObject([
      { path: [list], extensions: { code: 'TENANT_SIGN_IN_REQUIRED', tenant: 'wrong-secret' } },
    ]);
    for (const [tenant, { code }] of Object.entries(faults).slice(1)) {
      expect(errors[0]?.message).toMatch(new RegExp(`${tenant}: ${typeof code === 'string' ? code : 'UPSTREAM_'}`));
    }
  });
};

describe.concurrent.each(lists.filter((list) => !isCounts(list)))('R1: %s', tellsOfTenants);
// Behind the lists: the tenant that answers has half a second.
describe.each(lists.filter(isCounts))('R1: %s', tellsOfTenants);

// Nothing ends a hunt as early as it ends a list.
describe.each(rows.filter(({ tenant }) => tenant !== 'hanging'))(
  'R1: a hunt of $tenant and one that answers',
  ({ tenant, code }) => {
    const hunt = (more: string) =>
      running.ask<{ hunt: { rows: readonly unknown[]; tenants?: readonly { readonly error: unknown }[] } }>(
        `query ($tenants: [String!]) { hunt(input: { query: "DeviceInfo | take 2", tenants: $tenants }) { rows ${more} } }`,
        { tenants: ['contoso', tenant] },
      );

    test('without `tenants` keeps the rows and has an entry of errors', async () => {
      const { data, errors } = await hunt('');
      expect(data.hunt.rows).toHaveLength(2);
      expect(errors).toMatchObject([{ path: ['hunt'], extensions: { code, tenant } }]);
    });

    test('with `tenants` has it there alone', async () => {
      const { data, errors } = await hunt('tenants { tenant { name } error { code } }');
      expect(data.hunt.tenants?.filter(({ error }) => error !== null)).toEqual([
        { tenant: { name: tenant }, error: { code } },
      ]);
      expect(errors).toEqual([]);
    });
  },
);

describe('R1: what was asked for', () => {
  const tenants = 'tenants: ["contoso", "refused"]';
  const entry = (path: readonly (string | number)[]) => ({
    path,
    extensions: {
      code: 'UPSTREAM_REJECTED',
      tenant: 'refused',
      upstreamStatus: 403,
    },
  });

  test.each([
    ['`failures` under an alias', `{ machines(${tenants}) { nodes { id } other: failures { code } } }`],
    ['`failures` in an inline fragment', `{ machines(${tenants}) { nodes { id } ... { failures { code } } } }`],
    [
      '`failures` in a fragment of a fragment',
      `{ machines(${tenants}) { ...Page } }
       fragment Page on MachineConnection { nodes { id } ...Failures }
       fragment Failures on MachineConnection { failures { code } }`,
    ],
    ['`failures` that is included', `{ machines(${tenants}) { nodes { id } failures @include(if: true) { code } } }`],
    [
      '`failures` in another selection of the same field',
      `{ machines(${tenants}) { nodes { id } } machines(${tenants}) { failures { code } } }`,
    ],
    ['`failures` and edges', `{ machines(${tenants}) { edges { node { id } } failures { code } } }`],
  ])('%s: no entry of errors', async (_, query) => {
    const { errors, text } = await ask(query);
    expect(errors).toEqual([]);
    expect(text).toContain('UPSTREAM_REJECTED');
  });

  test.each([
    ['nothing but nodes', `{ machines(${tenants}) { nodes { id } } }`, ['machines']],
    ['edges', `{ machines(${tenants}) { edges { node { id } } } }`, ['machines']],
    ['pageInfo alone', `{ machines(${tenants}) { pageInfo { hasNextPage } } }`, ['machines']],
    ['an alias of the list', `{ mine: machines(${tenants}) { nodes { id } } }`, ['mine']],
    [
      '`failures` that is skipped',
      `{ machines(${tenants}) { nodes { id } failures @skip(if: true) { code } } }`,
      ['machines'],
    ],
    [
      '`failures` in a fragment that is not included',
      `{ machines(${tenants}) { nodes { id } ... @include(if: false) { failures { code } } } }`,
      ['machines'],
    ],
    [
      '`failures` of another alias',
      `{ mine: machines(${tenants}) { nodes { id } } other: machines(${tenants}) { failures { code } } }`,
      ['mine'],
    ],
  ])('%s: an entry of errors at the list', async (_, query, path) => {
    const { errors } = await ask(query);
    expect(errors).toMatchObject([entry(path)]);
  });

  test('an entry of errors says when to come back', async () => {
    const { errors } = await ask('{ machines(tenants: ["contoso", "throttled"], first: 200) { nodes { id } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_THROTTLED', tenant: 'throttled' } }]);
    // What is left of the 120 seconds of the first answer.
    expect(errors[0]?.extensions.retryAfterSeconds).toSatisfy((seconds: number) => seconds > 30 && seconds <= 120);
  });

  test('a cached document whose variables decide is judged by them each time', async () => {
    const query = `query ($with: Boolean!) { machines(${tenants}) { nodes { id } failures @include(if: $with) { code } } }`;
    for (const asked of [true, false, true, false]) {
      expect((await ask(query, { with: asked })).errors).toHaveLength(asked ? 0 : 1);
    }
  });

  test('a list inside another: an entry at its own path, and the rest stands', async () => {
    running.simulator.faults.add({
      tenant: 'contoso',
      operation: 'listMachineActions',
      effect: { kind: 'status', status: 403 },
      times: 1,
    });
    const { data, errors } = await ask(
      '{ machines(tenants: ["contoso"], first: 1) { nodes { machineId actions { nodes { id } } } failures { code } } }',
    );
    expect(data.machines?.nodes).toMatchObject([{ actions: null }]);
    expect(errors).toMatchObject([
      { path: ['machines', 'nodes', 0, 'actions'], extensions: { code: 'UPSTREAM_REJECTED', tenant: 'contoso' } },
    ]);
  });

  test('operations of one request: each has its own errors', async () => {
    const response = await fetch(`${running.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        { query: `{ machines(${tenants}) { nodes { id } } }` },
        { query: '{ machines(tenants: ["contoso"]) { nodes { id } } }' },
        { query: `{ machines(${tenants}) { nodes { id } failures { code } } }` },
      ]),
    });
    const body: unknown = await response.json();
    expect(body).toMatchObject([{ errors: [entry(['machines'])] }, {}, {}]);
    expect(JSON.stringify(body).match(/"errors"/g)).toHaveLength(1);
  });

  test.each([
    ['beside rows', '{ machines(tenants: ["contoso", "refused"]) { nodes { id } } }'],
    ['in `failures`', '{ machines(tenants: ["contoso", "refused"]) { nodes { id } failures { code } } }'],
  ])('a failure %s is the outcome of the operation', async (_, query) => {
    const count = async (): Promise<number> => {
      const text = await (await fetch(`${running.gateway.url}/metrics`)).text();
      const line = text
        .split('\n')
        .find((each) => /graphql_operation_duration_seconds_count\{.*UPSTREAM_REJECTED/.test(each));
      return Number(line?.split(' ').at(-1) ?? 0);
    };
    const before = await count();
    await ask(query);
    expect(await count()).toBe(before + 1);
  });
});

test('R1: a capability that is not available says why of each API', async () => {
  const { data } = await running.ask<
    Readonly<Record<string, { capabilities: { name: string; reason: string | null }[] }>>
  >(
    '{ contoso: tenant(name: "contoso") { capabilities { name reason } } wrong: tenant(name: "wrong-secret") { capabilities { name reason } } shanghai: tenant(name: "shanghai") { capabilities { name reason } } }',
  );
  const reasonOf = (tenant: string) => data[tenant]?.capabilities.find(({ name }) => name === 'incidents.read')?.reason;
  expect(reasonOf('contoso')).toBeNull();
  expect(reasonOf('wrong')).toMatch(/^GRAPH, M365D: No token in tenant "wrong-secret"/);
  expect(reasonOf('shanghai')).toMatch(/^GRAPH: The cloud china has no graph API; M365D: /);
});
