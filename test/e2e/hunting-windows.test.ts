import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

/** A hunt whose time is cut into windows finds what it finds as a whole, row by row, through every API. */

const alpha = 'alpha';
const ofEndpoint = 'of-endpoint';
const ofM365d = 'of-m365d';
const all = [alpha, ofEndpoint, ofM365d];
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: [
        simTenant(alpha, { scale: 0.2 }),
        simTenant(ofEndpoint, { scale: 0.2, permissions: { graph: [], m365d: [] } }),
        simTenant(ofM365d, { scale: 0.2, permissions: { graph: [], mde: [] } }),
      ],
      enforceQuotas: false,
    },
  });
  await running.ask('{ tenants { capabilities { available } } }');
});
afterAll(() => running.stop());

const now = Date.now();
const ago = (days: number): string => new Date(now - days * 86_400_000).toISOString();

interface Answer {
  readonly hunt: {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly rowCount: number;
    readonly tenants: readonly {
      readonly tenant: { readonly name: string };
      readonly status: string;
      readonly rowCount: number;
      readonly truncationReason: string | null;
    }[];
  } | null;
}

const events = '| where Timestamp between (since .. until) | project Timestamp, ReportId';

const hunt = (input: Readonly<Record<string, unknown>>) =>
  running.ask<Answer>(
    'query ($input: HuntInput!) { hunt(input: $input) { rows rowCount tenants { tenant { name } status rowCount truncationReason } } }',
    { input: { query: `DeviceProcessEvents ${events}`, tenants: all, since: ago(20), until: ago(1), ...input } },
  );

const keys = ({ data }: { readonly data: Answer }): readonly string[] =>
  (data.hunt?.rows ?? []).map(({ TenantName, Timestamp, ReportId }) => `${TenantName} ${Timestamp} ${ReportId}`);

test.each([2, 7, 19])('into %i windows: the same rows, each once, and a call for each', async (windows) => {
  const whole = await hunt({});
  expect(whole.errors).toEqual([]);
  running.simulator.calls.reset();
  const parts = await hunt({ windows });
  expect(parts.errors).toEqual([]);
  expect(keys(parts).toSorted()).toEqual(keys(whole).toSorted());
  expect(new Set(keys(whole).map((key) => key.split(' ')[0]))).toEqual(new Set(all));
  expect(parts.data.hunt?.tenants.map(({ rowCount }) => rowCount)).toEqual(
    whole.data.hunt?.tenants.map(({ rowCount }) => rowCount),
  );
  expect(running.simulator.calls.list()).toHaveLength(windows * all.length);
});

test('what is at the very border of two windows is in one of them', async () => {
  const [first] = (await hunt({ tenants: [alpha] })).data.hunt?.rows ?? [];
  const border = Date.parse(String(first?.Timestamp));
  const since = new Date(border - 1000).toISOString();
  const until = new Date(border + 1000).toISOString();
  const exact = `print Timestamp = datetime(${new Date(border).toISOString()}), ReportId = 1 | where Timestamp between (since .. until)`;
  const { data } = await hunt({ query: exact, tenants: [alpha], since, until, windows: 2 });
  expect(data.hunt?.rowCount).toBe(1);
});

test('rows are kept of each window, and what is cut is told by window', async () => {
  const { data } = await hunt({ windows: 3, maxRows: 1, tenants: [alpha] });
  expect(data.hunt?.rowCount).toBe(3);
  expect(data.hunt?.tenants[0]?.truncationReason).toMatch(/^window 1: Only 1 of \d+ rows were kept/);
});

test('a window that fails is its tenant’s failure, asks no further, and costs no other tenant its rows', async () => {
  const fault = running.simulator.faults.add({ tenant: ofEndpoint, effect: { kind: 'status', status: 400 } });
  running.simulator.calls.reset();
  const { data, errors } = await hunt({ windows: 30, tenants: [alpha, ofEndpoint] });
  running.simulator.faults.clear(fault);
  expect(errors).toEqual([]);
  expect(data.hunt?.tenants).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'FAILED', rowCount: 0 }]);
  expect(new Set(keys({ data }).map((key) => key.split(' ')[0]))).toEqual(new Set([alpha]));
  expect(running.simulator.calls.list({ tenant: ofEndpoint }).length).toBeLessThanOrEqual(4);
});

test('a query of the library, and an export, are cut as well', async () => {
  const named = (windows: number) =>
    running.ask<{ runHuntingQuery: { rowCount: number } }>(
      `{ runHuntingQuery(input: { name: "connections", since: "${ago(20)}", until: "${ago(1)}", windows: ${windows}, tenants: ["${alpha}"] }) { rowCount } }`,
    );
  expect((await named(5)).data).toEqual((await named(1)).data);
  const exported = async (windows: number) => {
    const response = await fetch(`${running.gateway.url}/export/hunt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `DeviceProcessEvents ${events}`,
        tenants: all,
        since: ago(20),
        until: ago(1),
        windows,
      }),
    });
    return (await response.text()).trim().split('\n');
  };
  const [whole, parts] = [await exported(1), await exported(6)];
  expect(parts.at(-1)).toEqual(whole.at(-1));
  expect(parts.at(-1)).toContain('"complete":true');
  expect(parts.toSorted()).toEqual(whole.toSorted());
});

test('costs as many calls as it makes', async () => {
  const cost = async (windows: number) => {
    const { extensions } = await running.ask(
      'query ($input: HuntInput!) { hunt(input: $input) { rowCount } }',
      { input: { query: events, tenants: all, since: ago(2), windows } },
      { 'x-gateway-plan': '1' },
    );
    return extensions?.gateway;
  };
  expect(await cost(1)).toMatchObject({ calls: 3 });
  expect(await cost(20)).toMatchObject({ calls: 60 });
  expect(await cost(0)).toMatchObject({ calls: 3 });
});

describe('what is refused before anything is asked', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a query that does not name the time', { query: 'DeviceInfo | take 1' }, 'query'],
    ['one that names it in a text alone', { query: 'DeviceInfo | where DeviceName has "since until"' }, 'query'],
    ['windows without a beginning', { since: null, until: null, windows: 2 }, 'since'],
    ['an end without a beginning', { since: null }, 'since'],
    ['an end before its beginning', { since: ago(1), until: ago(2) }, 'since'],
    ['no window', { windows: 0 }, 'windows'],
    ['too many', { windows: 101, maxRows: 1, tenants: [alpha] }, 'windows'],
    ['a parameter of the same name', { parameters: [{ name: 'since', string: 'x' }] }, 'parameters'],
  ])('%s', async (_, input, field) => {
    running.simulator.calls.reset();
    const { errors } = await hunt(input);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
    expect(running.simulator.calls.list()).toEqual([]);
  });
});
