import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { inTenant } from '../support/in-tenant.ts';
import { simTenant } from '../support/tenants.ts';

/**
 * A tenant for each test: what one leaves behind (throttling, an open circuit) is not another's, so they run side by side,
 * each waiting for its own retries.
 */
const tenantNames = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);

const apis = ['graph', 'm365d', 'mde'] as const;

let running: Running;
let used = 0;

/** A tenant that no test had before. */
const freshTenant = () => {
  used += 1;
  return inTenant(running, tenantNames[used - 1] ?? '');
};

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: tenantNames.map((name) => simTenant(name, { scale: 0.05 })), enforceQuotas: false },
  });
});

afterAll(() => running.stop());

describe.concurrent('with Graph down', () => {
  test('incidents are those of Microsoft 365 Defender, and say so', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const { data, errors } = await at.ask<{ incidents: { nodes: { source: string }[]; failures: unknown[] } }>(
      'query ($tenant: String!) { incidents(tenants: [$tenant]) { nodes { source } failures { code } } }',
    );
    expect(errors).toEqual([]);
    expect(data.incidents.failures).toEqual([]);
    expect(data.incidents.nodes.map(({ source }) => source)).toEqual(at.world.incidents.map(() => 'M365D'));
  });

  test.each([
    ["takes none of the gateway's tokens", 401],
    ['does not know the list', 404],
  ])('incidents are those of Microsoft 365 Defender, too, when Graph %s', async (_, status) => {
    const at = freshTenant();
    at.fault({ kind: 'status', status }, { product: 'graph' });
    const { data, errors } = await at.ask<{ incidents: { nodes: { source: string }[]; failures: unknown[] } }>(
      'query ($tenant: String!) { incidents(tenants: [$tenant]) { nodes { source } failures { code } } }',
    );
    expect(errors).toEqual([]);
    expect(data.incidents.failures).toEqual([]);
    expect(data.incidents.nodes.map(({ source }) => source)).toEqual(at.world.incidents.map(() => 'M365D'));
  });

  test('one incident is that of Microsoft 365 Defender', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const { data } = await at.ask<{ incident: { source: string; alerts: { nodes: unknown[] } } }>(
      'query ($tenant: String!, $id: ID!) { incident(tenant: $tenant, incidentId: $id) { source alerts { nodes { title } } } }',
      { id: at.world.incidents[0]?.id },
    );
    expect(data.incident.source).toBe('M365D');
    expect(data.incident.alerts.nodes.length).toBeGreaterThan(0);
  });

  test('alerts are those of Defender for Endpoint', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const { data } = await at.ask<{
      alerts: { nodes: { source: string }[]; failures: unknown[]; truncated: boolean; truncationReason: string };
    }>(
      'query ($tenant: String!) { alerts(tenants: [$tenant]) { nodes { source } failures { code } truncated truncationReason } }',
    );
    expect(data.alerts.failures).toEqual([]);
    expect(data.alerts.truncated).toBe(true);
    expect(data.alerts.truncationReason).toContain('only alerts of Defender for Endpoint are listed');
    expect(new Set(data.alerts.nodes.map(({ source }) => source))).toEqual(new Set(['MDE']));
  });

  test.each(['', 'failures { code }'])(
    'R1: who does not ask whether alerts are missing is told beside them: %s',
    async (more) => {
      const at = freshTenant();
      at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
      const { data, errors } = await at.ask<{ alerts: { nodes: { source: string }[] } }>(
        `query ($tenant: String!) { alerts(tenants: [$tenant]) { nodes { source } ${more} } }`,
      );
      expect(data.alerts.nodes.length).toBeGreaterThan(0);
      expect(errors).toMatchObject([
        {
          path: ['alerts'],
          message: expect.stringContaining('only alerts of Defender for Endpoint are listed'),
          extensions: { code: 'UPSTREAM_UNAVAILABLE', upstreamStatus: 503 },
        },
      ]);
    },
  );

  test('and Defender for Endpoint too, alerts are those inside the incidents of Microsoft 365 Defender', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    at.fault({ kind: 'reset' }, { product: 'mde' });
    const { data } = await at.ask<{ alerts: { nodes: { source: string; alertId: string }[] } }>(
      'query ($tenant: String!) { alerts(tenants: [$tenant]) { nodes { source alertId } } }',
    );
    expect(data.alerts.nodes.map(({ alertId }) => alertId)).toEqual(at.world.alerts.map(({ id }) => id));
    expect(new Set(data.alerts.nodes.map(({ source }) => source))).toEqual(new Set(['M365D']));
  });

  test('hunting is done by Microsoft 365 Defender', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const { data } = await at.ask<{ hunt: { rowCount: number; tenants: unknown[] } }>(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount tenants { source status } } }',
    );
    expect(data.hunt.tenants).toEqual([{ source: 'M365D', status: 'SUCCEEDED' }]);
    expect(data.hunt.rowCount).toBeGreaterThan(0);
  });

  test.each([404, 410, 501])('where Graph has no hunting (%i) the others are asked', async (status) => {
    const at = freshTenant();
    at.fault({ kind: 'status', status }, { product: 'graph' });
    const { data } = await at.ask<{ hunt: { tenants: unknown[] } }>(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { tenants { source status } } }',
    );
    expect(data.hunt.tenants).toEqual([{ source: 'M365D', status: 'SUCCEEDED' }]);
    expect(at.calls({ product: 'graph' })).toHaveLength(1);
  });

  test('a hunt that all APIs refuse to know is no thing that was not found', async () => {
    const at = freshTenant();
    for (const product of apis) at.fault({ kind: 'status', status: 404 }, { product });
    const { errors } = await at.ask(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount } }',
    );
    expect(errors.map(({ extensions }) => extensions)).toMatchObject([{ code: 'UPSTREAM_REJECTED', api: 'graph' }]);
  });

  test.each([408, 504])(
    'a hunt whose time was over (%i) is not run again: its run time is every API’s',
    async (status) => {
      const at = freshTenant();
      for (const product of apis) at.fault({ kind: 'status', status }, { product });
      const { errors } = await at.ask(
        'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount } }',
      );
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_TIMEOUT']);
      expect(apis.flatMap((product) => at.calls({ product }))).toHaveLength(1);
    },
  );

  test('a hunt with a time span fails as Graph did: nobody else takes one', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const answer = await at.ask(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", timespan: "P1D", tenants: [$tenant] }) { rowCount } }',
    );
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', api: 'graph' }),
    ]);
  });

  test('a later page waits for Graph: the order of another API may differ', async () => {
    const at = freshTenant();
    const query =
      'query ($tenant: String!, $after: String) { incidents(tenants: [$tenant], first: 1, after: $after) { nodes { id } pageInfo { endCursor } failures { code } } }';
    const first = await at.ask<{ incidents: { pageInfo: { endCursor: string } } }>(query);
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const after = first.data.incidents.pageInfo.endCursor;
    const second = await at.ask<{ incidents: { nodes: unknown[]; failures: unknown[] } }>(query, { after });
    expect(second.data.incidents).toMatchObject({ nodes: [], failures: [{ code: 'UPSTREAM_UNAVAILABLE' }] });
  });

  test('after five failures in a row it is not called any more, and the others answer at once', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    const query = 'query ($tenant: String!) { incidents(tenants: [$tenant]) { nodes { source } failures { code } } }';
    await at.ask(query);
    await at.ask(query);
    const before = at.calls({ product: 'graph' }).length;
    expect(before).toBe(5);
    const started = Date.now();
    const { data } = await at.ask<{ incidents: { nodes: { source: string }[] } }>(query);
    expect(data.incidents.nodes[0]?.source).toBe('M365D');
    expect(Date.now() - started).toBeLessThan(5000);
    expect(at.calls({ product: 'graph' }).length).toBe(before);
  });
});
