import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collection, type Row } from '../../support/odata-rows.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const at = (seconds: number) => new Date(Date.parse('2026-05-01T00:00:00Z') + seconds * 1000).toISOString();
const hex = (place: number) => place.toString(16).padStart(40, '0');
const none: Reply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'none' } } };
const bad: Reply = { status: 400, body: { error: { code: 'BadRequest', message: 'Invalid filter clause' } } };

const words = ['low', 'high', 'medium', 'informational'];
const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, place) => ({
    id: String(place + 1),
    displayName: place % 97 === 0 ? `Needle ${place}` : `hay ${place}`,
    status: 'active',
    severity: words[place % 4],
    customTags: place % 50 === 0 ? ['Crown Jewels'] : [],
    createdDateTime: at(place),
    lastUpdateDateTime: at((place * 7919) % count),
  }));
const machineRows: Row[] = Array.from({ length: 30 }, (_, place) => ({
  id: hex(place + 1),
  computerDnsName: `m${place + 1}.contoso.com`,
  riskScore: ['Low', 'High', 'Medium'][place % 3],
}));
const machineAlerts: Row[] = Array.from({ length: 8 }, (_, place) => ({
  id: `da${place}`,
  machineId: hex(3),
  status: 'New',
  severity: 'High',
  alertCreationTime: at(place),
  lastUpdateTime: at(place),
  evidence: [],
}));

/** Takes conditions on time alone, and no `$orderby`. */
const service = (count: number): Handler => {
  const rows = rowsOf(count);
  const incidents = collection({
    rows: () => rows,
    time: 'createdDateTime',
    refuses: (url) =>
      url.searchParams.has('$orderby') || /contains|customTags|severity/.test(url.searchParams.get('$filter') ?? '')
        ? bad
        : null,
  });
  const machines = collection({ rows: () => machineRows, time: 'id', order: 'none' });
  return (url) => {
    if (/security\/incidents$/.test(url.pathname)) return incidents(url);
    if (/api\/machines$/.test(url.pathname)) return machines(url);
    const ofMachine = /api\/machines\/([^/]+)\/alerts$/.exec(url.pathname)?.[1];
    if (ofMachine !== undefined) return { body: { value: ofMachine === hex(3) ? machineAlerts : [] } };
    const id = /api\/machines\/([^/]+)$/.exec(url.pathname)?.[1];
    const found = machineRows.find((row) => row.id === id || row.computerDnsName === id);
    return found === undefined ? none : { body: found };
  };
};

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate({ alpha: service(230), beta: service(170), gamma: service(90), large: service(1500) }, [
    [['limits', 'scanCalls'], 3],
  ]);
});
afterAll(() => estate.stop());

interface Listed {
  readonly list: {
    readonly nodes: readonly {
      readonly key: string;
      readonly by: string;
      readonly tenant: { readonly name: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly truncated: boolean;
    readonly failures: readonly { readonly message: string }[];
  };
}
const drain = async (tenants: readonly string[], rest: string, by: string) => {
  const found: { key: string; by: string }[] = [];
  let cut = 0;
  for (let after: string | null = null, pages = 0; pages < 100; pages += 1) {
    const { data, errors }: { data: Listed; errors: readonly unknown[] } = await estate.ask<Listed>(
      `query ($tenants: [String!], $after: String) { list: incidents(tenants: $tenants, after: $after, ${rest}) {
        nodes { key: incidentId by: ${by} tenant { name } } pageInfo { hasNextPage endCursor } truncated failures { message } } }`,
      { tenants, after },
    );
    expect(errors).toEqual([]);
    expect(data.list.failures).toEqual([]);
    found.push(...data.list.nodes.map((node) => ({ key: `${node.tenant.name} ${node.key}`, by: node.by })));
    if (data.list.truncated) cut += 1;
    if (!data.list.pageInfo.hasNextPage) return { found, cut, pages: pages + 1 };
    after = data.list.pageInfo.endCursor;
  }
  throw new Error('does not end');
};
const keysOf = (found: readonly { readonly key: string }[]) => new Set(found.map(({ key }) => key));

describe('R4: what Graph does not filter or order', () => {
  test('an order over three tenants, page by page: every row once and in order', async () => {
    const { found } = await drain(
      ['alpha', 'beta'],
      'first: 40, orderBy: { field: UPDATED_AT, direction: ASC }',
      'updatedAt',
    );
    const times = found.map(({ by }) => by);
    expect(times).toEqual(times.toSorted());
    expect(keysOf(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThanOrEqual(300);
  });

  test('a scan that meets its bound goes on to the very end', async () => {
    const { found, cut } = await drain(['large'], 'first: 10, filter: { titleContains: "needle" }', 'title');
    expect(found.map(({ key }) => key)).toEqual(
      rowsOf(1500)
        .filter(({ displayName }) => String(displayName).startsWith('Needle'))
        .map(({ id }) => `large ${id}`)
        .toReversed(),
    );
    expect(cut).toBeGreaterThan(0);
  });

  test('a condition that is refused is looked for by the gateway: severity and tags', async () => {
    const high = await drain(['large'], 'first: 50, filter: { severity: [HIGH] }', 'title');
    expect(keysOf(high.found).size).toBe(375);
    expect(high.found).toHaveLength(375);
    const tagged = await drain(['large'], 'first: 7, filter: { tags: ["crown jewels"] }', 'title');
    expect(tagged.found).toHaveLength(30);
    expect(keysOf(tagged.found).size).toBe(30);
  });

  test('the same over three tenants of which one meets the bound', async () => {
    const { found } = await drain(
      ['alpha', 'gamma', 'large'],
      'first: 9, filter: { titleContains: "NEEDLE" }',
      'title',
    );
    expect(found).toHaveLength(3 + 1 + 16);
    expect(keysOf(found).size).toBe(20);
  });

  test.each([hex(3), hex(3).toUpperCase(), 'm3.contoso.com', 'M3.CONTOSO.COM', 'm3'])(
    'alerts of the machine %s',
    async (machineId) => {
      const { data, errors } = await estate.ask<{
        alerts: { nodes: readonly unknown[]; failures: readonly unknown[] };
      }>(
        `{ alerts(tenants: ["alpha"], filter: { machineId: "${machineId}" }) { nodes { alertId } failures { message } } }`,
      );
      expect({ errors, failures: data.alerts.failures, count: data.alerts.nodes.length }).toEqual({
        errors: [],
        failures: [],
        count: 8,
      });
    },
  );

  test('machines in an order, of three tenants', async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data }: { data: Listed } = await estate.ask<Listed>(
        `query ($after: String) { list: machines(tenants: ["alpha", "beta", "gamma"], first: 20, after: $after, orderBy: { field: RISK_SCORE, direction: DESC }) {
          nodes { key: machineId by: riskScore tenant { name } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      seen.push(...data.list.nodes.map(({ key, by, tenant }) => `${by} ${tenant.name} ${key}`));
      if (!data.list.pageInfo.hasNextPage) break;
      after = data.list.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(90);
    expect(seen.map((text) => text.split(' ')[0])).toEqual([
      ...Array(30).fill('HIGH'),
      ...Array(30).fill('MEDIUM'),
      ...Array(30).fill('LOW'),
    ]);
  });
});
