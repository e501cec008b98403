import { expect } from 'vitest';
import type { OddityChanges, OddityName } from '../../../../src/simulator/index.ts';
import { record } from '../call.ts';
import { valueAt } from '../small-simulator.ts';
import { actionProofs } from './action-proofs.ts';
import { errorOf, idsOf, rowsOf, type startOdd } from './live.ts';

type Odd = Awaited<ReturnType<typeof startOdd>>;

/** An oddity set so, and what a caller then sees. */
export interface Proof {
  readonly set: OddityChanges;
  readonly sees: (odd: Odd) => Promise<void>;
}

const incidents = '/v1.0/security/incidents';
const linkOf = (json: unknown): unknown => valueAt(json, '@odata.nextLink');
const pathOf = (link: unknown): string => {
  const { pathname, search } = new URL(String(link));
  return pathname + search;
};
const twoMachines = (odd: Odd, quote: string): string => {
  const ids = odd.world.machines.slice(0, 2).map(({ id }) => quote + id + quote);
  return `/api/machines?$filter=${encodeURIComponent(`id in (${ids.join(',')})`)}`;
};
/** The incident with the most alerts, and how many it has. */
const largest = ({ world }: Odd) =>
  [...Map.groupBy(world.alerts, ({ incidentId }) => incidentId)]
    .map(([id, alerts]) => ({ id, ids: alerts.map((alert) => alert.id) }))
    .toSorted((left, right) => right.ids.length - left.ids.length)[0] ?? { id: '', ids: [] };
const hunt = (odd: Odd, api: 'graph' | 'mde' | 'm365d', query: string) =>
  odd.ask(
    api,
    { graph: '/v1.0/security/runHuntingQuery', mde: '/api/advancedqueries/run', m365d: '/api/advancedhunting/run' }[
      api
    ],
    { method: 'POST', body: { Query: query } },
  );
const isolate = (odd: Odd) =>
  odd.ask('mde', `/api/machines/${odd.world.machines[0]?.id}/isolate`, { method: 'POST', body: { Comment: 'x' } });
const throttled = async (odd: Odd) => {
  // The oddity and a fault say it in the same words; the fault needs no hundred calls.
  const says = odd.simulator.oddities.of('contoso').throttleSays;
  odd.simulator.faults.add({ times: 1, product: 'mde', effect: { kind: 'throttled', says, waitSeconds: 36 } });
  const answer = await odd.ask('mde', '/api/machines');
  return { ...errorOf(answer), retryAfter: answer.headers['retry-after'] };
};

/** The compiler asks for a proof of every oddity. */
export const proofs: Readonly<Record<OddityName, readonly Proof[]>> = {
  skipAbove500: [
    {
      set: { skipAbove500: 'emptyPage' },
      sees: async (odd) => {
        const answer = await odd.ask('graph', `${incidents}?$skip=501`);
        expect([answer.status, rowsOf(answer), linkOf(answer.json)]).toEqual([200, [], undefined]);
      },
    },
    {
      set: { skipAbove500: 'served' },
      sees: async (odd) => expect((await odd.ask('graph', `${incidents}?$skip=501`)).status).toBe(200),
    },
  ],
  nextLink: [
    {
      set: { nextLink: 'missing' },
      sees: async (odd) => {
        const answer = await odd.ask('graph', `${incidents}?$top=5`);
        expect([rowsOf(answer).length, linkOf(answer.json)]).toEqual([5, undefined]);
      },
    },
    {
      set: { nextLink: 'stuck' },
      sees: async (odd) => {
        const first = await odd.ask('graph', `${incidents}?$top=2`);
        const second = await odd.ask('graph', pathOf(linkOf(first.json)));
        expect(idsOf(second)).toEqual(idsOf(first));
        expect(linkOf(second.json)).toBe(linkOf(first.json));
      },
    },
    {
      set: { nextLink: 'otherHost' },
      sees: async (odd) => {
        const first = await odd.ask('graph', `${incidents}?$top=2`);
        expect(new URL(String(linkOf(first.json))).origin).toBe('https://graph.microsoft.com');
        const second = await odd.ask('graph', pathOf(linkOf(first.json)));
        expect(idsOf(second)).toEqual(odd.world.incidents.slice(2, 4).map(({ id }) => id));
      },
    },
  ],
  emptyPages: [
    {
      set: { emptyPages: true },
      sees: async (odd) => {
        const first = await odd.ask('graph', `${incidents}?$top=2`);
        const empty = await odd.ask('graph', pathOf(linkOf(first.json)));
        expect(rowsOf(empty)).toEqual([]);
        const second = await odd.ask('graph', pathOf(linkOf(empty.json)));
        expect(idsOf(second)).toEqual(odd.world.incidents.slice(2, 4).map(({ id }) => id));
      },
    },
  ],
  topOfAll: [
    {
      set: { topOfAll: true },
      sees: async (odd) => {
        const asked = await odd.ask('graph', `${incidents}?$top=5`);
        expect([rowsOf(asked).length, linkOf(asked.json)]).toEqual([5, undefined]);
        expect(linkOf((await odd.ask('graph', `/v1.0/security/alerts_v2?$top=5`)).json)).toBeUndefined();
      },
    },
  ],
  listCount: (
    [
      ['ofPage', 2],
      ['unfiltered', 50],
      ['missing', undefined],
    ] as const
  ).map(([listCount, count]) => ({
    set: { listCount },
    sees: async (odd) => {
      const answer = await odd.ask('graph', `${incidents}?$count=true&$top=2&$filter=severity eq 'medium'`);
      expect(valueAt(answer.json, '@odata.count')).toBe(count);
      expect(odd.world.incidents.length).toBe(50);
    },
  })),
  expandFailsAbove: [
    {
      set: { expandFailsAbove: 10 },
      sees: async (odd) => {
        expect((await odd.ask('graph', `${incidents}?$expand=alerts&$top=10`)).status).toBe(200);
        expect(errorOf(await odd.ask('graph', `${incidents}?$expand=alerts&$top=11`))).toMatchObject({ status: 500 });
        expect((await odd.ask('graph', `${incidents}?$expand=alerts`)).status).toBe(500);
        expect((await odd.ask('graph', `${incidents}?$top=11`)).status).toBe(200);
        expect((await odd.ask('graph', `${incidents}/${odd.world.incidents[0]?.id}?$expand=alerts`)).status).toBe(200);
      },
    },
  ],
  expandFailsForAlerts: [
    {
      set: { expandFailsForAlerts: 4 },
      sees: async (odd) => {
        const { id } = largest(odd);
        expect((await odd.ask('graph', `${incidents}/${id}?$expand=alerts`)).status).toBe(500);
        expect((await odd.ask('graph', `${incidents}?$expand=alerts`)).status).toBe(500);
        expect((await odd.ask('graph', `${incidents}/${id}`)).status).toBe(200);
      },
    },
  ],
  alertsNextLink: [
    {
      set: { alertsNextLink: 2 },
      sees: async (odd) => {
        const { id, ids } = largest(odd);
        const first = await odd.ask('graph', `${incidents}/${id}?$expand=alerts`);
        const seen = rowsOf(first, 'alerts').map((alert) => alert.id);
        let link = valueAt(first.json, 'alerts@odata.nextLink');
        while (typeof link === 'string') {
          const more = await odd.ask('graph', pathOf(link));
          expect(rowsOf(more).length).toBeLessThanOrEqual(2);
          seen.push(...idsOf(more));
          link = linkOf(more.json);
        }
        expect(ids.length).toBeGreaterThan(4);
        expect(seen).toEqual(ids);
      },
    },
  ],
  machineAlertsLink: [
    {
      set: { machineAlertsLink: 1, nextLink: 'otherHost' },
      sees: async (odd) => {
        const all = odd.world.alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint');
        const [machine, own] =
          [...Map.groupBy(all, (alert) => alert.machine?.id)].find(([, rows]) => rows.length > 2) ?? [];
        const seen: unknown[] = [];
        let next: string | null = `/api/machines/${machine}/alerts`;
        while (next !== null) {
          const answer: Awaited<ReturnType<Odd['ask']>> = await odd.ask('mde', next);
          seen.push(...idsOf(answer));
          const link = linkOf(answer.json);
          if (link !== undefined) expect(String(link)).toMatch(/^https:\/\/api\.securitycenter\.microsoft\.com\/api\//);
          next = link === undefined ? null : pathOf(link);
        }
        expect(seen).toEqual(own?.map(({ id }) => id));
        expect(seen.length).toBeGreaterThan(2);
      },
    },
  ],
  guidsUnquoted: [
    {
      set: { guidsUnquoted: true },
      sees: async (odd) => {
        const guid = odd.world.machines.find(({ aadDeviceId }) => aadDeviceId !== null)?.aadDeviceId;
        const action = odd.world.actions[0]?.id;
        for (const [path, property, value] of [
          ['/api/machines', 'aadDeviceId', guid],
          ['/api/machineactions', 'id', action],
        ] as const) {
          const quoted = await odd.ask('mde', `${path}?$filter=${property}%20eq%20'${value}'`);
          expect(errorOf(quoted)).toMatchObject({ status: 400, code: 'ODataError' });
          expect(rowsOf(await odd.ask('mde', `${path}?$filter=${property}%20eq%20${value}`))).toHaveLength(1);
        }
      },
    },
    {
      set: { guidsUnquoted: false },
      sees: async (odd) => {
        const action = odd.world.actions[0]?.id;
        expect(rowsOf(await odd.ask('mde', `/api/machineactions?$filter=id%20eq%20'${action}'`))).toHaveLength(1);
      },
    },
  ],
  inList: [
    {
      set: { inList: 'emptyForDoubleQuotes' },
      sees: async (odd) => {
        expect((await odd.ask('mde', twoMachines(odd, '"'))).status).toBe(404);
        expect(rowsOf(await odd.ask('mde', twoMachines(odd, "'")))).toHaveLength(2);
        const actions = `/api/machineactions?$filter=${encodeURIComponent(`id in ("${odd.world.actions[0]?.id}")`)}`;
        expect(rowsOf(await odd.ask('mde', actions))).toEqual([]);
      },
    },
    {
      set: { inList: 'empty' },
      sees: async (odd) => expect((await odd.ask('mde', twoMachines(odd, "'"))).status).toBe(404),
    },
    {
      set: { inList: 'refused' },
      sees: async (odd) => expect(errorOf(await odd.ask('mde', twoMachines(odd, "'")))).toMatchObject({ status: 400 }),
    },
  ],
  doubleQuotesRefused: [
    {
      set: { doubleQuotesRefused: true },
      sees: async (odd) => {
        expect(errorOf(await odd.ask('mde', twoMachines(odd, '"')))).toMatchObject({ status: 400, code: 'ODataError' });
        expect(rowsOf(await odd.ask('mde', twoMachines(odd, "'")))).toHaveLength(2);
      },
    },
  ],
  filterRefused: [
    {
      set: { filterRefused: ['severity', 'machineTags'] },
      sees: async (odd) => {
        for (const [api, path] of [
          ['graph', "/v1.0/security/alerts_v2?$filter=severity%20eq%20'high'"],
          ['mde', "/api/alerts?$filter=Severity%20eq%20'High'"],
          ['mde', "/api/machines?$filter=machineTags/any(t:t%20eq%20'finance')"],
        ] as const) {
          expect(errorOf(await odd.ask(api, path))).toMatchObject({ status: 400 });
        }
        expect((await odd.ask('mde', "/api/alerts?$filter=status%20eq%20'New'")).status).toBe(200);
      },
    },
  ],
  idsRefused: [
    {
      set: { idsRefused: ['odd'] },
      sees: async (odd) => {
        const good = odd.world.machines[0]?.id;
        for (const filter of [`id in ('${good}','odd')`, `id eq '${good}' or id eq 'odd'`]) {
          const answer = await odd.ask('mde', `/api/machines?$filter=${encodeURIComponent(filter)}`);
          expect(errorOf(answer)).toMatchObject({ status: 400, code: 'ODataError' });
        }
        expect(rowsOf(await odd.ask('mde', `/api/machines?$filter=id%20in%20('${good}')`))).toHaveLength(1);
      },
    },
  ],
  exportedRows: [
    {
      set: { exportedRows: 70_000 },
      sees: async (odd) => {
        const answer = await odd.ask('mde', '/api/machines/SoftwareVulnerabilitiesByMachine');
        expect([rowsOf(answer).length, typeof linkOf(answer.json)]).toEqual([50_000, 'string']);
      },
    },
  ],
  requestIdsInBody: [
    {
      set: { requestIdsInBody: true },
      sees: async (odd) => {
        const missing = await odd.ask('graph', `${incidents}/0`);
        expect(missing.headers['request-id']).toBeUndefined();
        expect(valueAt(missing.json, 'error', 'innerError', 'request-id')).toMatch(/^[0-9a-f-]{36}$/);
        odd.simulator.faults.add({ times: 1, product: 'graph', effect: { kind: 'status', status: 503 } });
        const faulty = await odd.ask('graph', incidents);
        expect([faulty.status, faulty.headers['request-id']]).toEqual([503, undefined]);
        expect((await odd.ask('graph', incidents)).headers['request-id']).toBeUndefined();
      },
    },
  ],
  throttleSays: [
    {
      set: { throttleSays: 'words' },
      sees: async (odd) => {
        const { message, retryAfter } = await throttled(odd);
        expect(message).toContain('You can send requests again in 36 seconds.');
        expect(retryAfter).toBeUndefined();
        odd.simulator.faults.add({ times: 1, effect: { kind: 'throttled', says: 'words', waitSeconds: 3_000 } });
        expect(errorOf(await hunt(odd, 'mde', 'DeviceInfo')).message).toBe(
          'API calls quota exceeded! maximum allowed 1500 per 01:00:00',
        );
      },
    },
    {
      set: { throttleSays: 'date' },
      sees: async (odd) => expect((await throttled(odd)).retryAfter).toBe('Sun, 22 Nov 2026 10:00:36 GMT'),
    },
    {
      set: { throttleSays: 'nothing' },
      sees: async (odd) => {
        const { message, retryAfter } = await throttled(odd);
        expect([message, retryAfter]).toEqual(['Too many calls of listMachines.', undefined]);
      },
    },
  ],
  forbidden: [
    {
      set: { forbidden: 'DisallowedOperation' },
      sees: async (odd) => {
        const refused = errorOf(await isolate(odd));
        expect(refused).toMatchObject({ status: 403, code: 'DisallowedOperation' });
        expect(refused.message).toContain('This device has no automation level assigned to it.');
      },
    },
    {
      set: { forbidden: 'DisabledFeature' },
      sees: async (odd) => expect(errorOf(await isolate(odd))).toMatchObject({ status: 403, code: 'DisabledFeature' }),
    },
  ],
  zonelessTimes: [
    {
      set: { zonelessTimes: true },
      sees: async (odd) => {
        for (const [api, path, property] of [
          ['graph', incidents, 'createdDateTime'],
          ['m365d', '/api/incidents', 'createdTime'],
          ['mde', '/api/machines', 'lastSeen'],
        ] as const) {
          const [row] = rowsOf(await odd.ask(api, path));
          expect(row?.[property]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+$/);
        }
        const hunted = await hunt(odd, 'graph', 'DeviceInfo | project Timestamp | take 1');
        expect(rowsOf(hunted, 'results')[0]?.Timestamp).not.toContain('Z');
      },
    },
  ],
  newerWords: [
    {
      set: { newerWords: true },
      sees: async (odd) => {
        const machines = rowsOf(await odd.ask('mde', '/api/machines'));
        expect(machines.map(({ healthStatus }) => healthStatus)).toContain('SensorUpdating');
        const alerts = rowsOf(await odd.ask('graph', '/v1.0/security/alerts_v2'));
        expect(alerts.map(({ detectionSource }) => detectionSource)).toContain('agentRuntimeProtection');
        // Without the preference a late member of the enum is not named.
        expect(alerts.map(({ serviceSource }) => serviceSource)).toContain('unknownFutureValue');
        const sent = rowsOf(await odd.ask('m365d', '/api/incidents')).flatMap((row) =>
          Array.isArray(row.alerts) ? row.alerts.map((alert: unknown) => record(alert).serviceSource) : [],
        );
        expect(sent).toContain('MicrosoftDefenderForAgents');
      },
    },
  ],
  bigInts: [
    {
      set: { bigInts: true },
      sees: async (odd) => {
        const query =
          'DeviceProcessEvents | project ReportId, AdditionalFields = dynamic({"Unique": 1, "Other": 2}) | take 2';
        for (const api of ['graph', 'mde', 'm365d'] as const) {
          const { text, status } = await hunt(odd, api, query);
          expect(status).toBe(200);
          expect(text).toMatch(/"ReportId":7205759\d{10}\b/);
          expect(text).toContain('"Unique":72057594038059783,"Other":72057594038059785');
        }
      },
    },
  ],
  dynamicText: [
    {
      set: { dynamicText: true },
      sees: async (odd) => {
        const query = 'DeviceProcessEvents | project AdditionalFields = dynamic({"a": [1]}) | take 1';
        const sent = { graph: '{', mde: '"{\\"a\\":[1]}"', m365d: '"{\\"a\\":[1]}"' };
        for (const api of ['graph', 'mde', 'm365d'] as const)
          expect((await hunt(odd, api, query)).text).toContain(`"AdditionalFields":${sent[api]}`);
      },
    },
  ],
  batchPartsMissing: [
    {
      set: { batchPartsMissing: true },
      sees: async (odd) => {
        const requests = odd.world.incidents
          .slice(0, 10)
          .map(({ id }) => ({ id, method: 'GET', url: `/security/incidents/${id}` }));
        const batch = async (asked: typeof requests) => {
          const answer = await odd.ask('graph', '/v1.0/$batch', { method: 'POST', body: { requests: asked } });
          return rowsOf(answer, 'responses').map(({ id }) => id);
        };
        const answered = await batch(requests);
        expect(answered).toHaveLength(8);
        const missing = requests.filter(({ id }) => !answered.includes(id));
        expect(await batch(missing)).toHaveLength(2);
      },
    },
  ],
  repeatsAtBorder: [
    {
      set: { repeatsAtBorder: true },
      sees: async (odd) => {
        const [first, second] = [
          idsOf(await odd.ask('mde', '/api/machines?$top=5')),
          idsOf(await odd.ask('mde', '/api/machines?$top=5&$skip=5')),
        ];
        expect(second[0]).toBe(first[4]);
        const count = odd.world.machines.length;
        expect(idsOf(await odd.ask('mde', `/api/machines?$top=5&$skip=${count}`))).toEqual([
          odd.world.machines[count - 1]?.id,
        ]);
        expect((await odd.ask('mde', `/api/machines?$top=5&$skip=${count + 1}`)).status).toBe(404);
      },
    },
  ],
  shortPages: [
    {
      set: { shortPages: 7 },
      sees: async (odd) => {
        expect(idsOf(await odd.ask('mde', '/api/machines?$top=20'))).toHaveLength(7);
        expect(idsOf(await odd.ask('mde', '/api/alerts?$top=20&$skip=7'))).toHaveLength(7);
        expect(idsOf(await odd.ask('mde', '/api/machines?$top=3'))).toHaveLength(3);
      },
    },
  ],
  rowsGo: [
    {
      set: { rowsGo: 2 },
      sees: async (odd) => {
        const machines = odd.world.machines.map(({ id }) => id);
        const first = async () => idsOf(await odd.ask('mde', '/api/machines?$top=1'))[0];
        for (const place of [0, 1, 2, 2]) expect(await first()).toBe(machines[place]);
      },
    },
  ],
  varyingPages: [
    {
      set: { varyingPages: true },
      sees: async (odd) => {
        const sizes: number[] = [];
        const seen: unknown[] = [];
        for (let status = 200; status === 200; ) {
          const answer = await odd.ask('mde', `/api/machines?$top=8&$skip=${seen.length}`);
          status = answer.status;
          if (status === 200) {
            seen.push(...idsOf(answer));
            sizes.push(rowsOf(answer).length);
          }
        }
        expect(new Set(sizes.slice(0, -1)).size).toBeGreaterThan(1);
        expect(seen).toEqual(odd.world.machines.map(({ id }) => id));
      },
    },
  ],
  urlLimit: [
    {
      set: { urlLimit: 'all' },
      sees: async (odd) => {
        const answer = await odd.ask('graph', `${incidents}?x=${'y'.repeat(2_048)}`);
        expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html']);
      },
    },
    {
      set: { urlLimit: 'none' },
      sees: async (odd) => expect((await odd.ask('mde', `/api/machines?x=${'y'.repeat(2_048)}`)).status).toBe(200),
    },
  ],
  htmlNotFound: [
    {
      set: { htmlNotFound: ['listMachines'] },
      sees: async (odd) => {
        const answer = await odd.ask('mde', '/api/machines');
        expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html']);
        expect((await odd.ask('mde', '/api/alerts')).status).toBe(200);
      },
    },
  ],
  entraPassing: [
    {
      set: { entraPassing: true },
      sees: async (odd) => {
        const first = await odd.signIn('mde', 'fabrikam');
        expect([first.status, valueAt(first.json, 'error_codes')]).toEqual([503, [90033]]);
        expect((await odd.signIn('mde', 'fabrikam')).status).not.toBe(503);
      },
    },
  ],
  truncatedJson: [
    {
      set: { truncatedJson: true },
      sees: async (odd) => {
        const first = await odd.ask('mde', '/api/machines');
        expect([first.status, first.json]).toEqual([200, undefined]);
        expect(first.text.startsWith('{"@odata.context"')).toBe(true);
        expect(rowsOf(await odd.ask('mde', '/api/machines')).length).toBeGreaterThan(0);
      },
    },
  ],
  ...actionProofs,
};
