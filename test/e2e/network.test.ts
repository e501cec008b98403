import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Estate, type Handler, startEstate } from '../support/stand-in.ts';

/** What one network does to tenants, and what the others' questions still get. */

const incident = (id: string, minute: number) => ({
  id,
  displayName: 'incident',
  status: 'active',
  severity: 'high',
  createdDateTime: new Date(Date.parse('2026-05-01T00:00:00Z') + minute * 60_000).toISOString(),
});
const machine = { id: '1'.repeat(40), computerDnsName: 'm.contoso.com' };
const isIncidents = (url: URL) => url.pathname.endsWith('/security/incidents');
const good: Handler = (url) => {
  if (isIncidents(url)) return { body: { value: url.searchParams.has('$skiptoken') ? [] : [incident('1', 0)] } };
  if (/\/machines$/.test(url.pathname)) return { body: { value: [machine] } };
  if (/\/machines\/[^/]+$/.test(url.pathname)) return { body: machine };
  return { body: { value: [] } };
};
const hanging: Handler = () => ({ delayMs: 60_000 });

interface List {
  readonly nodes: readonly unknown[];
  readonly failures: readonly {
    readonly tenant: { readonly name: string };
    readonly code: string;
    readonly message: string;
    readonly retryAfterSeconds: number | null;
  }[];
}
const list = (name: string, args: string) =>
  `${name}(${args}) { nodes { id } failures { tenant { name } code message retryAfterSeconds } }`;
const codesOf = ({ failures }: List) => failures.map(({ tenant, code }) => [tenant.name, code]);

describe('one tenant of many hangs', () => {
  let estate: Estate;
  const others = Array.from({ length: 10 }, (_, place) => `good-${place}`);
  beforeAll(async () => {
    const handlers = { ...Object.fromEntries(others.map((name) => [name, good])), hanging, 'no-entra': good };
    estate = await startEstate(handlers, [
      [['limits', 'upstreamTimeoutMs'], 30_000],
      [['limits', 'requestTimeoutMs'], 3000],
    ]);
    estate.simulator.faults.add({
      operation: 'entra.token',
      tenant: 'no-entra',
      effect: { kind: 'slow', delayMs: 60_000 },
    });
  });
  afterAll(() => estate.stop());

  test('D3: its rows alone are missing, and the answer comes before the deadline', async () => {
    const started = performance.now();
    const { data, errors } = await estate.ask<{ incidents: List }>(`{ ${list('incidents', 'first: 50')} }`);
    expect(errors).toEqual([]);
    expect(data.incidents.nodes).toHaveLength(others.length);
    expect(codesOf(data.incidents)).toEqual([
      ['hanging', 'UPSTREAM_TIMEOUT'],
      ['no-entra', 'UPSTREAM_TIMEOUT'],
    ]);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test.each(['hanging', 'no-entra'])(
    'D3: a look-up in %s is an error at its place, and the rows beside it come',
    async (tenant) => {
      const { data, errors } = await estate.ask<{ machines: List; machine: unknown }>(
        `{ machine(tenant: "${tenant}", machineId: "${machine.id}") { id } ${list('machines', 'first: 5, tenants: ["good-0"]')} }`,
      );
      expect(data.machine).toBeNull();
      expect(data.machines.nodes).toHaveLength(1);
      expect(errors).toMatchObject([{ path: ['machine'], extensions: { code: 'UPSTREAM_TIMEOUT', tenant } }]);
    },
  );
});

/** A hunt over tenants of which one hangs, in all of its APIs. */
describe('a hunt', () => {
  let estate: Estate;
  beforeAll(async () => {
    const answers: Handler = () => ({ body: { schema: [{ name: 'A', type: 'String' }], results: [{ A: 'x' }] } });
    const large: Handler = () => ({
      body: { schema: [{ name: 'A', type: 'String' }], results: [{ A: 'x'.repeat(2_000_000) }] },
    });
    estate = await startEstate({ answers, hanging, large }, [
      [['limits', 'requestTimeoutMs'], 3000],
      [['limits', 'bytesUnderWay'], 3_000_000],
    ]);
  });
  afterAll(() => estate.stop());

  test('D3: has the rows of the others, and what became of the tenant that hangs', async () => {
    interface Hunt {
      readonly rowCount: number;
      readonly tenants: readonly {
        readonly tenant: { readonly name: string };
        readonly error: { readonly code: string } | null;
      }[];
    }
    const { data, errors } = await estate.ask<{ hunt: Hunt }>(
      '{ hunt(input: { tenants: ["answers", "hanging"], query: "DeviceInfo" }) { rowCount tenants { tenant { name } error { code } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.hunt.rowCount).toBe(1);
    expect(data.hunt.tenants.map(({ tenant, error }) => [tenant.name, error?.code])).toEqual([
      ['answers', undefined],
      ['hanging', 'UPSTREAM_TIMEOUT'],
    ]);
  });

  test('D3: large answers of many requests are had in turn, as there is room', async () => {
    const asked = await Promise.all(
      Array.from({ length: 6 }, () =>
        estate.ask<{ hunt: { readonly rowCount: number } }>(
          '{ hunt(input: { tenants: ["large"], query: "DeviceInfo" }) { rowCount } }',
        ),
      ),
    );
    expect(asked.map(({ data }) => data.hunt?.rowCount)).toEqual(asked.map(() => 1));
  });
});

describe('budgets, quotas and patience', () => {
  let estate: Estate;
  let throttleSeconds = 50;
  let times = 0;
  let page = 0;
  const text = 'x'.repeat(200_000);
  const handlers: Record<string, Handler> = {
    good,
    hanging,
    'no-entra': good,
    // Each page is one row and a link to the next, newer than all others.
    endless: (url) => {
      if (!isIncidents(url)) return { body: { value: [] } };
      page += 1;
      const link = `${url.origin}${url.pathname}?$skiptoken=${page}`;
      return { body: { value: [incident(String(1000 - page), 9999 - page)], '@odata.nextLink': link } };
    },
    // A row, an empty page, and the end: more calls than the rest of the budget.
    slow: (url) => {
      const at = Number(url.searchParams.get('$skiptoken') ?? 0);
      const link = at < 3 ? { '@odata.nextLink': `${url.origin}${url.pathname}?$skiptoken=${at + 1}` } : {};
      return { body: { value: isIncidents(url) ? [incident(String(at + 1), -at)] : [], ...link } };
    },
    huge: (url) =>
      url.pathname.includes('unHuntingQuery') || url.pathname.includes('advanced')
        ? { body: { schema: [{ name: 'A', type: 'String' }], results: [{ A: text }], Schema: [], Results: [] } }
        : { body: { value: [{ ...incident('1', 0), ...machine, note: text }] } },
    throttled: () => {
      times -= 1;
      if (times < 0) return { body: { value: [incident('1', 0)] } };
      const error = { code: 'TooManyRequests', message: 'slow down' };
      return { status: 429, headers: { 'retry-after': String(throttleSeconds) }, body: { error } };
    },
  };
  beforeAll(async () => {
    estate = await startEstate(handlers, [
      [['limits', 'upstreamTimeoutMs'], 900],
      [['limits', 'upstreamCalls'], 60],
      [['limits', 'answerBytes'], 100_000],
      [['limits', 'huntingAnswerBytes'], 150_000],
    ]);
    estate.simulator.faults.add({
      operation: 'entra.token',
      tenant: 'no-entra',
      effect: { kind: 'slow', delayMs: 60_000 },
    });
  });
  afterAll(() => estate.stop());
  beforeEach(() => {
    times = 0;
    page = 0;
    for (const { requests } of Object.values(estate.standIns)) requests.length = 0;
  });

  test('D3: a tenant that hangs takes one time for all tries and APIs', async () => {
    const started = performance.now();
    const { data } = await estate.ask<{ incidents: List }>(`{ ${list('incidents', 'tenants: ["good", "hanging"]')} }`);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(data.incidents.nodes).toHaveLength(1);
    expect(codesOf(data.incidents)).toEqual([['hanging', 'UPSTREAM_TIMEOUT']]);
    const asked = estate.standIns.hanging?.requests.map((path) => path.split('?')[0]) ?? [];
    expect(new Set(asked)).toEqual(new Set(['/v1.0/security/incidents', '/api/incidents']));
  });

  test('D3: a sign-in that hangs takes no longer than an API that does, and is named', async () => {
    const started = performance.now();
    const [{ data }, action] = await Promise.all([
      estate.ask<{ incidents: List }>(`{ ${list('incidents', 'tenants: ["good", "no-entra"]')} }`),
      estate.ask<{ isolateMachines: { results: readonly unknown[] } }>(
        `mutation { isolateMachines(input: { tenant: "no-entra", machineIds: ["${machine.id}"], comment: "x" }) {
          results { outcome error { code message } } } }`,
      ),
    ]);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(data.incidents.nodes).toHaveLength(1);
    expect(data.incidents.failures).toMatchObject([
      {
        tenant: { name: 'no-entra' },
        code: 'UPSTREAM_TIMEOUT',
        message: expect.stringMatching(/the sign-in at Entra/),
      },
    ]);
    expect(JSON.stringify(action)).toMatch(/the sign-in at Entra gave no answer in time/);
    expect(JSON.stringify(action)).toMatch(/UPSTREAM_TIMEOUT/);
  });

  test('D3: a list that does not end spends its own part of the calls, and no innocent tenant fails', async () => {
    const { data, errors } = await estate.ask<{ incidents: List }>(
      `{ ${list('incidents', 'first: 200, tenants: ["endless", "slow"]')} }`,
    );
    expect(errors).toEqual([]);
    expect(codesOf(data.incidents)).toEqual([['endless', 'QUERY_TOO_EXPENSIVE']]);
    expect(data.incidents.failures[0]?.message).toMatch(/endless needs more upstream calls than its part of 60/);
    expect(estate.standIns.endless?.requests.length).toBeGreaterThan(30);
    expect(estate.standIns.slow?.requests.length).toBeGreaterThan(3);
  });

  test.each(['incidents', 'machines'])('D3: an answer of %s that is far too large is given up, once', async (name) => {
    const { data } = await estate.ask<Record<string, List>>(`{ ${list(name, 'tenants: ["good", "huge"]')} }`);
    expect(data[name]?.nodes).toHaveLength(1);
    expect(data[name]?.failures).toMatchObject([
      {
        code: 'UPSTREAM_UNAVAILABLE',
        message: expect.stringMatching(/more than 100000 bytes \(limits\.answerBytes\)/),
      },
    ]);
    const asked = estate.standIns.huge?.requests ?? [];
    expect(new Set(asked.map((path) => path.split('?')[0])).size).toBe(asked.length);
  });

  test('D3: a hunting answer that is too large is the question of its caller', async () => {
    const { errors } = await estate.ask('{ hunt(input: { tenants: ["huge"], query: "DeviceInfo" }) { rowCount } }');
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/huntingAnswerBytes/), extensions: { code: 'QUERY_TOO_EXPENSIVE' } },
    ]);
  });

  const askThrottled = (headers: Record<string, string> = {}) =>
    estate.ask<{ incidents: List }>(`{ ${list('incidents', 'tenants: ["good", "throttled"]')} }`, {}, headers);

  test('D3: a Retry-After of 50 s of one tenant is a row with its time, and nobody waits', async () => {
    times = 9;
    throttleSeconds = 50;
    const started = performance.now();
    const { data } = await askThrottled();
    expect(performance.now() - started).toBeLessThan(3000);
    expect(data.incidents.nodes).toHaveLength(1);
    expect(codesOf(data.incidents)).toEqual([['throttled', 'UPSTREAM_THROTTLED']]);
    expect(data.incidents.failures[0]?.retryAfterSeconds).toBeGreaterThan(45);
  });
});

describe('patience and connections', () => {
  let estate: Estate;
  let times = 0;
  beforeAll(async () => {
    const throttled: Handler = () => {
      times -= 1;
      if (times < 0) return { body: { value: [incident('1', 0)] } };
      const error = { code: 'TooManyRequests', message: 'slow down' };
      return { status: 429, headers: { 'retry-after': '1' }, body: { error } };
    };
    const slow: Handler = () => ({ body: { value: [incident('1', 0)] }, delayMs: 300 });
    estate = await startEstate({ a: throttled, b: throttled, c: throttled, slow }, [
      [['limits', 'maxWaitSeconds'], 0],
      [['upstream', 'connections'], 2],
    ]);
  });
  afterAll(() => estate.stop());
  beforeEach(() => {
    times = 1;
  });
  const ask = (tenant: string, seconds?: string) =>
    estate.ask<{ incidents: List } | null>(
      `{ ${list('incidents', `tenants: ["${tenant}"]`)} }`,
      {},
      seconds === undefined ? {} : { 'x-gateway-max-wait-seconds': seconds },
    );

  test('D3: the setting decides', async () => {
    times = 2;
    const { data } = await ask('a');
    expect(data?.incidents.failures).toMatchObject([{ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: 1 }]);
  });

  test('D3: the header decides before it', async () => {
    const { data } = await ask('b', '5');
    expect(data?.incidents.nodes).toHaveLength(1);
  });

  test.each(['-1', '61', '1.5', 'long', ''])('D3: a header that says "%s" is refused', async (seconds) => {
    const { errors } = await ask('c', seconds);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('D3: calls that wait for a connection are counted, and all of them are made', async () => {
    const gauges = async (): Promise<readonly (string | undefined)[]> => {
      const text = await (await fetch(`${estate.gateway.url}/metrics`)).text();
      const names = ['gateway_upstream_connections_in_use', 'gateway_upstream_waiting_calls'];
      return names.map((name) => new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
    };
    const asked = Promise.all(
      [1, 2, 3].map((first) =>
        estate.ask<{ incidents: List }>(`{ ${list('incidents', `first: ${first}, tenants: ["slow"]`)} }`),
      ),
    );
    await expect.poll(gauges, { interval: 20 }).toEqual(['1', '2']);
    for (const { data } of await asked) expect(data.incidents.nodes).toHaveLength(1);
    expect(await gauges()).toEqual(['0', '0']);
  });
});
