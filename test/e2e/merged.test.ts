import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const names = ['alpha', 'beta', 'gamma'] as const;

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: names.map((name, index) => simTenant(name, { scale: 0.3 + index / 10 })),
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 0, 'tags'], ['emea']],
        [
          ['tenants', 1, 'tags'],
          ['emea', 'lab'],
        ],
        [['tenants', 2, 'prefer'], { alerts: 'm365d', incidents: 'm365d' }],
      ]),
  });
});

afterAll(() => running.stop());
afterEach(() => running.simulator.faults.clear());

interface Row {
  readonly key: string;
  readonly time?: string;
  readonly tenant: { readonly name: string };
}

interface Page {
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly failures: readonly {
    readonly tenant: { readonly name: string };
    readonly code: string;
    readonly message: string;
    readonly retryAfterSeconds: number | null;
  }[];
  readonly truncated: boolean;
}

type ListName = 'incidents' | 'alerts' | 'machines' | 'machineActions';

const rowFields = {
  incidents: 'key: incidentId time: createdAt tenant { name }',
  alerts: 'key: alertId time: createdAt tenant { name }',
  machines: 'key: machineId tenant { name }',
  machineActions: 'key: actionId time: createdAt tenant { name }',
} as const satisfies Record<ListName, string>;

const pageFields = `
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  failures { tenant { name } code message retryAfterSeconds }
  truncated
`;

/** One page of a list; `choice` are further arguments. */
const readPage = async (list: ListName, first: number, after: string | null, choice = ''): Promise<Page> => {
  const { data, errors } = await running.ask<Readonly<Record<string, Page>>>(
    `query ($first: Int!, $after: String) {
      ${list}(first: $first, after: $after ${choice}) { nodes { ${rowFields[list]} } ${pageFields} }
    }`,
    { first, after },
  );
  expect(errors).toEqual([]);
  const page = data[list];
  if (page === undefined) throw new Error(`There is no ${list}`);
  return page;
};

/** Every page of a list; `between` happens after each. */
const readAll = async (list: ListName, first: number, choice = '', between = () => {}): Promise<Page[]> => {
  const pages: Page[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page = await readPage(list, first, after, choice);
    pages.push(page);
    expect(page.nodes.length).toBeLessThanOrEqual(first);
    if (!page.pageInfo.hasNextPage) return pages;
    after = page.pageInfo.endCursor;
    between();
  }
};

const idOf = ({ tenant, key }: Row): string => `${tenant.name}/${key}`;
const idsOf = (pages: readonly Page[]): string[] => pages.flatMap(({ nodes }) => nodes.map(idOf));

/** What the list holds, newest first, as the estate has it. */
const expected = (list: ListName): string[] =>
  names
    .flatMap((name) => {
      const { incidents, alerts, machines, actions } = running.simulator.world(name);
      const rows = {
        incidents: incidents.map(({ id, createdAt }) => ({ id, createdAt })),
        alerts: alerts.map(({ id, createdAt }) => ({ id, createdAt })),
        // Machines have no time to be ordered by: tenant by tenant.
        machines: machines.map(({ id }) => ({ id, createdAt: '' })),
        machineActions: actions.map(({ id, createdAt }) => ({ id, createdAt })),
      }[list];
      return rows.map(({ id, createdAt }) => ({ key: `${name}/${id}`, name, createdAt }));
    })
    .sort((a, b) =>
      a.createdAt === b.createdAt
        ? a.name < b.name
          ? -1
          : a.name > b.name
            ? 1
            : 0
        : a.createdAt < b.createdAt
          ? 1
          : -1,
    )
    .map(({ key }) => key);

describe.each(['incidents', 'alerts', 'machines', 'machineActions'] as const)('%s of three tenants', (list) => {
  test.each([1, 7, 50, 200])('are one list in one order, each row once, at %i rows a page', async (first) => {
    const pages = await readAll(list, first);
    expect(idsOf(pages)).toEqual(expected(list));
    expect(pages.flatMap(({ failures }) => failures)).toEqual([]);
    expect(pages.some(({ truncated }) => truncated)).toBe(false);
    for (const { nodes } of pages.slice(0, -1)) expect(nodes).toHaveLength(first);
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual(pages.map((_, index) => index > 0));
  });

  test('go on behind any row by its own cursor', async () => {
    const { data } = await running.ask<
      Readonly<Record<string, { readonly edges: readonly { readonly cursor: string; readonly node: Row }[] }>>
    >(`{ ${list}(first: 9) { edges { cursor node { ${rowFields[list]} } } } }`);
    const edges = data[list]?.edges ?? [];
    expect(edges).toHaveLength(9);
    const all = expected(list);
    for (const [index, { cursor, node }] of edges.entries()) {
      expect(idOf(node)).toBe(all[index]);
      const next = await readPage(list, 3, cursor);
      expect(next.nodes.map(idOf)).toEqual(all.slice(index + 1, index + 4));
    }
  });
});

describe('while rows are added', () => {
  const start = Date.now();
  let arrivals = 0;

  test.each(['incidents', 'alerts'] as const)('%s are neither repeated nor lost from page to page', async (list) => {
    const before = expected(list);
    let added = 0;
    const pages = await readAll(list, 6, '', () => {
      for (const name of names) {
        const world = running.simulator.world(name);
        added += 1;
        arrivals += 1;
        const at = new Date(start + arrivals).toISOString();
        const [incident] = world.incidents;
        const [alert] = world.alerts;
        if (incident === undefined || alert === undefined) throw new Error('The estate is empty');
        const id = `90000${arrivals}`;
        world.incidents.unshift({ ...incident, id, createdAt: at });
        world.alerts.unshift({ ...alert, id: `da9_${id}`, incidentId: id, createdAt: at });
      }
    });
    expect(added).toBeGreaterThan(6);
    const ids = idsOf(pages);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids.filter((id) => before.includes(id))).toEqual(before);
  });

  test.each(['incidents', 'alerts'] as const)('a new question about %s shows what was added', async (list) => {
    expect(idsOf(await readAll(list, 200))).toEqual(expected(list));
  });
});

describe('a tenant that fails', () => {
  test('is a row of failures that says when to come back; the others answer', async () => {
    const all = expected('machineActions');
    running.simulator.faults.add({
      tenant: 'beta',
      operation: 'listMachineActions',
      effect: { kind: 'status', status: 429, retryAfter: 120 },
      times: 1,
    });
    const first = await readPage('machineActions', 5, null);
    expect(first.failures).toEqual([
      {
        tenant: { name: 'beta' },
        code: 'UPSTREAM_THROTTLED',
        message: expect.stringContaining('beta'),
        retryAfterSeconds: expect.closeTo(120, -1),
      },
    ]);
    expect(first.nodes.map(idOf)).toEqual(all.filter((key) => !key.startsWith('beta/')).slice(0, 5));
  });

  test('is a row with what Microsoft refused', async () => {
    running.simulator.faults.add({
      tenant: 'alpha',
      product: 'mde',
      effect: { kind: 'status', status: 403 },
      times: 1,
    });
    const { data } = await running.ask<{ machines: { failures: unknown[]; nodes: unknown[] } }>(
      '{ machines(tenants: ["alpha"]) { nodes { id } failures { code upstreamStatus tenant { name } } } }',
    );
    expect(data.machines).toEqual({
      nodes: [],
      failures: [
        {
          code: 'UPSTREAM_REJECTED',
          upstreamStatus: 403,
          tenant: { name: 'alpha' },
        },
      ],
    });
  });

  test('comes back on the next page of the same cursor, from its first row', async () => {
    running.simulator.faults.add({
      tenant: 'alpha',
      product: 'mde',
      operation: 'listMachines',
      effect: { kind: 'status', status: 403 },
      times: 1,
    });
    const first = await readPage('machines', 4, null);
    expect(first.failures.map(({ tenant, code }) => [tenant.name, code])).toEqual([['alpha', 'UPSTREAM_REJECTED']]);
    const rest: Page[] = [first];
    for (let page = first; page.pageInfo.hasNextPage; ) {
      page = await readPage('machines', 50, page.pageInfo.endCursor);
      rest.push(page);
    }
    expect(idsOf(rest).toSorted()).toEqual(expected('machines').toSorted());
    expect(rest.slice(1).flatMap(({ failures }) => failures)).toEqual([]);
  });
});
