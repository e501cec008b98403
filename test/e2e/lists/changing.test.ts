import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso'), simTenant('fabrikam')], enforceQuotas: false },
  });
});

afterAll(() => running.stop());

interface Page {
  readonly list: {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const pageFields = 'pageInfo { hasNextPage endCursor }';

/** All ids of a list; `between` happens after each page. */
const readAll = async (
  listOf: (after: string) => string,
  between: (ids: readonly string[]) => void | Promise<void>,
): Promise<string[]> => {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors }: { data: Page; errors: readonly unknown[] } = await running.ask<Page>(
      `query ($after: String) { list: ${listOf('after: $after')} }`,
      { after },
    );
    expect(errors).toEqual([]);
    const keys = data.list.nodes.map(({ key }) => key);
    ids.push(...keys);
    if (!data.list.pageInfo.hasNextPage) return ids;
    after = data.list.pageInfo.endCursor;
    await between(keys);
  }
};

describe('R2: rows that leave a filter while its pages are turned', () => {
  test('new alerts, each page of which is resolved before the next: all of them come', async () => {
    const { alerts } = running.simulator.world('contoso');
    for (const [index, alert] of alerts.entries()) alerts[index] = { ...alert, status: 'new' };
    const wanted = alerts.map(({ id }) => id);
    const ids = await readAll(
      (after) =>
        `alerts(tenants: ["contoso"], first: 50, filter: { status: [NEW] }, ${after}) { nodes { key: alertId } ${pageFields} }`,
      (seen) => {
        for (const [index, alert] of alerts.entries())
          if (seen.includes(alert.id)) alerts[index] = { ...alert, status: 'resolved' };
      },
    );
    expect(wanted.length).toBeGreaterThan(100);
    expect(ids.toSorted()).toEqual(wanted.toSorted());
  });

  test('incidents that are closed, over two tenants: all of them come, once', async () => {
    const worlds = ['contoso', 'fabrikam'].map((name) => running.simulator.world(name));
    for (const { incidents } of worlds)
      for (const [index, incident] of incidents.entries()) incidents[index] = { ...incident, status: 'active' };
    const wanted = worlds.flatMap(({ incidents }) => incidents.map(({ id }) => String(id)));
    const ids = await readAll(
      (after) =>
        `incidents(first: 20, filter: { status: [ACTIVE] }, ${after}) { nodes { key: incidentId } ${pageFields} }`,
      (seen) => {
        for (const { incidents } of worlds)
          for (const [index, incident] of incidents.entries())
            if (seen.includes(String(incident.id))) incidents[index] = { ...incident, status: 'resolved' };
      },
    );
    expect(ids.toSorted()).toEqual(wanted.toSorted());
  });
});

describe('speed 1: machines', () => {
  test('of two tenants, of which the first fills the page, are one call', async () => {
    running.simulator.calls.reset();
    const { data } = await running.ask<{ machines: { nodes: unknown[]; pageInfo: { hasNextPage: boolean } } }>(
      '{ machines(first: 20) { nodes { id } pageInfo { hasNextPage } } }',
    );
    expect(data.machines.nodes).toHaveLength(20);
    expect(data.machines.pageInfo.hasNextPage).toBe(true);
    expect(running.simulator.calls.list({ operation: 'listMachines' }).map(({ tenant }) => tenant)).toEqual([
      'contoso',
    ]);
  });
});

describe('R4: an order of the gateway', () => {
  test.each([
    'machines(orderBy: { field: RISK_SCORE }',
    'incidents(orderBy: { field: SEVERITY }',
    'alerts(orderBy: { field: UPDATED_AT }',
  ])('%s) makes no call for its second page', async (list) => {
    running.simulator.calls.reset();
    const ask = (after: string | null) =>
      running.ask<Page>(
        `query ($after: String) { list: ${list}, first: 10, after: $after) { nodes { key: id } ${pageFields} } }`,
        { after },
      );
    const first = (await ask(null)).data.list;
    expect(running.simulator.calls.count()).toBeGreaterThan(0);
    running.simulator.calls.reset();
    const second = (await ask(first.pageInfo.endCursor)).data.list;
    expect(running.simulator.calls.count()).toBe(0);
    expect(second.nodes).toHaveLength(10);
    expect(new Set([...first.nodes, ...second.nodes].map(({ key }) => key)).size).toBe(20);
  });
});
