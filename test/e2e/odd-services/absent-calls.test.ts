import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(20);
});
afterAll(() => api.stop());

const machines = ['a'.repeat(40), 'b'.repeat(40)];
const rows: Readonly<Record<string, (of: string) => readonly object[]>> = {
  software: () => [{ id: 'microsoft-_-edge', name: 'edge', vendor: 'microsoft' }],
  vulnerabilities: () => [{ id: 'CVE-2026-0001' }],
};

/** All of a tenant but the calls whose path has `absent`, which are answered with `answer`. */
const without =
  (absent: string, answer: Given) =>
  ({ path, query }: Asked): Given => {
    if (path.includes(absent)) return answer;
    const [, id = '', edge] = /^\/api\/machines\/(\w{40})(?:\/(\w+))?$/.exec(path) ?? [];
    const value =
      edge === undefined ? machines.map((one) => ({ id: one, machineTags: ['vip'] })) : (rows[edge]?.(id) ?? []);
    if (id !== '' && edge === undefined) return { body: { id, machineTags: ['vip'] } };
    if (path === '/api/Software/microsoft-_-edge') return { body: rows.software?.('')[0] };
    if (path === '/api/vulnerabilities/CVE-2026-0001') return { body: { id: 'CVE-2026-0001' } };
    return {
      body: {
        value: path === '/api/machines' || edge !== undefined ? value.slice(Number(query.get('$skip') ?? 0)) : [],
      },
    };
  };

const ofMachines = (edge: string, id: string) =>
  `query ($tenant: String!, $of: [ID!]) { machines(tenants: [$tenant], filter: { machineId: $of }) { nodes { edge: ${edge} { nodes { key: ${id} } } } failures { code } } }`;
const asked = [
  {
    ...{ what: 'the search by tag', path: '/findbytag', keys: machines },
    query: `query ($tenant: String!) { machines(tenants: [$tenant], filter: { machineTags: ["VIP"] }) { nodes { key: machineId } failures { code } } }`,
  },
  {
    ...{ what: 'hunting, for software', path: '/runHuntingQuery', query: ofMachines('software', 'softwareId') },
    keys: ['microsoft-_-edge', 'microsoft-_-edge'],
  },
  {
    ...{
      what: 'the rows of weaknesses',
      path: '/machinesVulnerabilities',
      query: ofMachines('vulnerabilities', 'cveId'),
    },
    keys: ['CVE-2026-0001', 'CVE-2026-0001'],
  },
] as const;

const answers = {
  '404': { status: 404, body: { error: { code: 'NotFound', message: 'No HTTP resource was found' } } },
  '405': { status: 405, body: { error: { code: 'MethodNotAllowed', message: 'Not here' } } },
  '501': { status: 501, body: { error: { code: 'NotImplemented', message: 'Not yet' } } },
} as const;

describe.each(asked)('R4: a service without $what', ({ path, query, keys }) => {
  test.each(Object.entries(answers))('which answers %s is asked in the other way', async (_, answer) => {
    const { data, errors, text } = await api
      .tenant(without(path, answer))
      .ask<{ machines: { failures: unknown[] } }>(query, {
        of: machines,
      });
    expect(errors).toEqual([]);
    expect(data.machines.failures).toEqual([]);
    expect([...text.matchAll(/"key":"([^"]+)"/g)].map(([, key]) => key)).toEqual(keys);
  });
});
