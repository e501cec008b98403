import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareTimes } from '../../src/domain/time.ts';
import { type Answer, type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** Alerts as an API prints them that writes times without a zone, has a new product and ids of 64 bits. */
const alerts = [1, 2, 3, 4, 5, 6, 7].map((place) => ({
  id: `da${place}`,
  createdDateTime: `2026-01-01T10:00:0${place}.123456${place}`,
  serviceSource: 'microsoftDefenderForAgents',
  severity: 'apocalyptic',
  status: 'new',
  incidentId: '42',
  incidentWebUrl: 'https://security.microsoft.com/incidents/42',
  tenantId: 'a-tenant',
}));

const machine = `{"id":"${'a'.repeat(40)}","computerDnsName":"lap","healthStatus":"Sleeping","isExcluded":true,
  "lastSeen":"2026-01-01T12:00:00.7654321+02:00","hardwareUuid":72057594038059781}`;

const action = `{"id":"2e9da30d-27f6-4208-81f2-9cd3d67893ba","type":"Teleport","status":"Waiting",
  "machineId":"${'a'.repeat(40)}","creationDateTimeUtc":"2026-01-01 10:00:00.1234567","ticket":72057594038059783}`;

const hunted = `{"schema":[{"name":"ProcessUniqueId","type":"Int64"},{"name":"Extra","type":"Object"}],
  "results":[{"ProcessUniqueId":72057594038059781,"Extra":{"Parent":72057594038059783}}]}`;

/** Newest first, by `$filter=createdDateTime le ...`, `$skip` and `$top`, as Graph pages them. */
const alertPage = (url: URL): string => {
  const until = / le ([^ )]+)/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? null;
  const skip = Number(url.searchParams.get('$skip') ?? 0);
  const top = Number(url.searchParams.get('$top') ?? 100);
  const found = alerts
    .filter(({ createdDateTime }) => until === null || compareTimes(createdDateTime, until) <= 0)
    .toReversed();
  const next = new URL(url);
  next.searchParams.set('$skip', String(skip + top));
  return JSON.stringify({
    value: found.slice(skip, skip + top),
    ...(skip + top < found.length ? { '@odata.nextLink': next.href } : {}),
  });
};

const answers: readonly (readonly [RegExp, (url: URL) => string])[] = [
  [/^\/v1.0\/security\/alerts_v2$/, alertPage],
  [/^\/v1.0\/security\/alerts_v2\//, () => JSON.stringify(alerts[0])],
  [/runHuntingQuery$/, () => hunted],
  [/^\/api\/machines\//, () => machine],
  [/^\/api\/machineactions\//, () => action],
];

let api: Server;
let running: Running;

beforeAll(async () => {
  api = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const row = answers.find(([path]) => path.test(url.pathname));
    response
      .writeHead(row === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(row?.[1](url) ?? '{"error":{"code":"ResourceNotFound","message":"none"}}');
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const address = api.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const scopes = { mde: 'https://api.securitycenter.microsoft.com', graph: 'https://graph.microsoft.com' };
  running = await startRunning({
    simulator: { tenants: [simTenant('alpha', { scale: 0.05 })] },
    settings: (offered, simulator) => {
      const { authority } = simulator.endpoints('alpha');
      return changedSettings(offered, [
        [['tenants', 0, 'cloud'], 'custom'],
        [['tenants', 0, 'endpoints'], { authority, mde: origin, graph: origin, scopes }],
      ]);
    },
  });
});

afterAll(async () => {
  await running.stop();
  api.closeAllConnections();
  api.close();
});

test('R8: times without a zone come out in UTC with all their digits, and paging goes on', async () => {
  interface Page {
    readonly alerts: {
      readonly nodes: readonly { readonly alertId: string; readonly createdAt: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly failures: readonly unknown[];
    };
  }
  const given: { readonly alertId: string; readonly createdAt: string }[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 10; pages += 1) {
    const { data, errors }: Answer<Page> = await running.ask<Page>(
      `query ($after: String) {
        alerts(first: 2, after: $after) {
          nodes { alertId createdAt } pageInfo { hasNextPage endCursor } failures { code message }
        }
      }`,
      { after },
    );
    expect(errors).toEqual([]);
    expect(data.alerts.failures).toEqual([]);
    given.push(...data.alerts.nodes);
    after = data.alerts.pageInfo.endCursor;
    if (!data.alerts.pageInfo.hasNextPage) break;
  }
  expect(given).toEqual(
    alerts.toReversed().map(({ id, createdDateTime }) => ({ alertId: id, createdAt: `${createdDateTime}Z` })),
  );
  const since = given[3]?.createdAt;
  const { data } = await running.ask<Page>(
    'query ($since: DateTime!) { alerts(filter: { createdAfter: $since }) { nodes { alertId } failures { code } } }',
    { since },
  );
  expect(data.alerts.nodes.map(({ alertId }) => alertId)).toEqual(['da7', 'da6', 'da5', 'da4']);
});

test('R8: a new member of an enum is UNKNOWN with its word beside it, and the alert is there as sent', async () => {
  const { data, errors } = await running.ask(
    `{ alert(tenant: "alpha", alertId: "da1") {
      serviceSource serviceSourceName severity severityName status statusName classification classificationName
      tenantId incidentUrl raw
    } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    alert: {
      serviceSource: 'UNKNOWN',
      serviceSourceName: 'microsoftDefenderForAgents',
      severity: 'UNKNOWN',
      severityName: 'apocalyptic',
      status: 'NEW',
      statusName: 'new',
      classification: 'UNKNOWN',
      classificationName: null,
      tenantId: 'a-tenant',
      incidentUrl: 'https://security.microsoft.com/incidents/42',
      raw: alerts[0],
    },
  });
});

test('R8: machines and actions keep what has no field, digit by digit', async () => {
  const { data, errors } = await running.ask(
    `{ machine(tenant: "alpha", machineId: "${'a'.repeat(40)}") { healthStatus healthStatusName isExcluded lastSeen raw }
       machineAction(tenant: "alpha", actionId: "2e9da30d-27f6-4208-81f2-9cd3d67893ba") {
         type typeName status statusName createdAt raw
       } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    machine: {
      healthStatus: 'UNKNOWN',
      healthStatusName: 'Sleeping',
      isExcluded: true,
      lastSeen: '2026-01-01T10:00:00.7654321Z',
      raw: {
        id: 'a'.repeat(40),
        computerDnsName: 'lap',
        healthStatus: 'Sleeping',
        isExcluded: true,
        lastSeen: '2026-01-01T12:00:00.7654321+02:00',
        hardwareUuid: '72057594038059781',
      },
    },
    machineAction: {
      type: 'OTHER',
      typeName: 'Teleport',
      status: 'UNKNOWN',
      statusName: 'Waiting',
      createdAt: '2026-01-01T10:00:00.1234567Z',
      raw: expect.objectContaining({ ticket: '72057594038059783' }),
    },
  });
});

test('R8: 64 bit ids of a hunt come out with every digit', async () => {
  const { data, errors } = await running.ask('{ hunt(input: { query: "DeviceProcessEvents" }) { rows } }');
  expect(errors).toEqual([]);
  expect(data).toEqual({
    hunt: {
      rows: [{ TenantName: 'alpha', ProcessUniqueId: '72057594038059781', Extra: { Parent: '72057594038059783' } }],
    },
  });
});
