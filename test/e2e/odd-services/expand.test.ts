import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collection, type Row } from '../../support/odata-rows.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const at = (seconds: number) => new Date(Date.parse('2026-05-01T00:00:00Z') + seconds * 1000).toISOString();
const none: Reply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'none' } } };
const failing = (status: number, code = 'InternalServerError'): Reply => ({
  status,
  body: { error: { code, message: 'The request could not be processed' } },
});

const count = 30;
/** Incident `n` has the alerts `n-1` and `n-2`. */
const alertsOf = (incident: number): Row[] =>
  [1, 2].map((place) => ({
    id: `da${incident}_${place}`,
    incidentId: String(incident),
    title: 'an alert',
    status: 'new',
    severity: 'high',
    createdDateTime: at(incident),
    lastUpdateDateTime: at(incident),
    evidence: [],
  }));
const incidents: Row[] = Array.from({ length: count }, (_, place) => ({
  id: String(place + 1),
  displayName: `incident ${place + 1}`,
  status: 'active',
  severity: 'high',
  createdDateTime: at(place + 1),
  lastUpdateDateTime: at(place + 1),
}));
const all = incidents.flatMap(({ id }) => alertsOf(Number(id)));

interface Oddity {
  /** What an expanded list answers; null: what it should. */
  readonly list?: (top: number, rows: readonly Row[]) => Reply | null;
  /** What an expanded single read answers; null: what it should. */
  readonly single?: (id: number) => Reply | null;
  /** How `alerts` stands in the row. */
  readonly inline?: (id: number, isList: boolean) => object | null;
}

const usually = (id: number): object => ({ alerts: alertsOf(id) });

const graph = ({ list = () => null, single = () => null, inline = () => null }: Oddity): Handler => {
  const listed = collection({ rows: () => incidents, time: 'createdDateTime' });
  const alertsListed = collection({ rows: () => all, time: 'createdDateTime' });
  const read = (url: URL): Reply => {
    const expands = url.searchParams.get('$expand')?.startsWith('alerts') === true;
    const path = url.pathname.replace(/^\/v1.0/, '');
    if (path === '/security/alerts_v2') return alertsListed(url);
    if (path === '/security/incidents') {
      const answer = listed(url);
      if (!expands) return answer;
      const { value, ...rest } = answer.body as { readonly value: readonly Row[] };
      const odd = list(Number(url.searchParams.get('$top') ?? 50), value);
      return (
        odd ?? {
          body: {
            value: value.map((row) => ({ ...row, ...(inline(Number(row.id), true) ?? usually(Number(row.id))) })),
            ...rest,
          },
        }
      );
    }
    const id = Number(/^\/security\/incidents\/(\d+)$/.exec(path)?.[1] ?? 0);
    const row = incidents[id - 1];
    if (row === undefined) return none;
    return (expands ? single(id) : null) ?? { body: expands ? { ...row, ...(inline(id, false) ?? usually(id)) } : row };
  };
  return (url, _request, text) => {
    if (!url.pathname.endsWith('/$batch')) return read(url);
    const { requests } = JSON.parse(text) as { readonly requests: readonly { id: string; url: string }[] };
    return {
      body: {
        responses: requests.map(({ id, url: part }) => {
          const { status = 200, body } = read(new URL(`/v1.0${part}`, url.origin));
          return { id, status, headers: { 'content-type': 'application/json' }, body };
        }),
      },
    };
  };
};

/** Lists whose incidents come with their alerts, whatever it takes. */
const whole = {
  'above-3': { list: (top) => (top > 3 ? failing(500) : null) },
  'above-5-504': { list: (top) => (top > 5 ? failing(504, 'GatewayTimeout') : null) },
  always: { list: () => failing(500) },
  'always-502-html': { list: () => ({ status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }) },
  'always-413': { list: () => failing(413, 'RequestEntityTooLarge') },
  'always-400': { list: () => failing(400, 'BadRequest') },
  'always-501': { list: () => failing(501, 'NotImplemented') },
  hangs: { list: () => ({ delayMs: 4000 }) },
  'one-incident': { list: (_top, rows) => (rows.some(({ id }) => id === '17') ? failing(500) : null) },
  'missing-in-list': { inline: (_id, isList) => (isList ? {} : null) },
  'null-in-list': { inline: (_id, isList) => (isList ? { alerts: null } : null) },
} satisfies Record<string, Oddity>;

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate({
    ...Object.fromEntries(Object.entries(whole).map(([name, oddity]) => [name, graph(oddity)])),
    unnamed: graph({ inline: (id) => ({ alerts: [...alertsOf(id), { id: '', title: 'an alert', evidence: [] }] }) }),
    never: graph({ inline: () => ({}) }),
    'never-null': graph({ inline: () => ({ alerts: null }) }),
    'one-gone': graph({
      inline: (_id, isList) => (isList ? {} : null),
      single: (id) => (id === 17 ? none : null),
    }),
    'one-never': graph({
      list: (_top, rows) => (rows.some(({ id }) => id === '17') ? failing(500) : null),
      single: (id) => (id === 17 ? failing(500) : null),
    }),
  });
});
afterAll(() => estate.stop());

interface Answered {
  readonly incidents: {
    readonly nodes: readonly {
      readonly incidentId: string;
      readonly alerts: { readonly nodes: readonly { readonly alertId: string }[] } | null;
    }[];
    readonly failures: readonly { readonly code: string; readonly message: string }[];
  };
}
const ask = (tenant: string) =>
  estate.ask<Answered>(
    `{ incidents(tenants: ["${tenant}"], first: 25) {
      nodes { incidentId alerts { nodes { alertId } } } failures { code message } } }`,
  );

describe('R3: incidents with their alerts', () => {
  test.each(Object.keys(whole))('%s', async (tenant) => {
    for (const round of [1, 2]) {
      const before = estate.standIns[tenant]?.requests.length ?? 0;
      const { data, errors } = await ask(tenant);
      expect({ errors, failures: data.incidents.failures }).toEqual({ errors: [], failures: [] });
      expect(data.incidents.nodes).toHaveLength(25);
      for (const { incidentId, alerts } of data.incidents.nodes)
        expect(alerts?.nodes.map(({ alertId }) => alertId).toSorted()).toEqual(
          alertsOf(Number(incidentId)).map(({ id }) => id),
        );
      const calls = (estate.standIns[tenant]?.requests.length ?? 0) - before;
      // Half pages twice, the bare list, and 20 incidents a batch; then what was learned.
      expect(calls).toBeLessThanOrEqual(round === 1 ? 10 : 8);
    }
  });

  test.each(['never', 'never-null'])('%s: no alerts anywhere: told, and never an empty list', async (tenant) => {
    const { data, errors } = await ask(tenant);
    expect(data.incidents.nodes).toHaveLength(25);
    expect(data.incidents.nodes.every(({ alerts }) => alerts === null)).toBe(true);
    expect(errors).toHaveLength(25);
    const { data: listed } = await estate.ask<{ alerts: { nodes: readonly { alertId: string }[] } }>(
      `{ alerts(tenants: ["${tenant}"], filter: { incidentId: "7" }) { nodes { alertId } failures { code } } }`,
    );
    expect(listed.alerts.nodes.map(({ alertId }) => alertId).toSorted()).toEqual(['da7_1', 'da7_2']);
  });

  test('unnamed: an alert without an id is told beside the others', async () => {
    const told = { truncated: true, truncationReason: expect.stringContaining('no id') };
    const { data } = await estate.ask<{ incident: { alerts: object; machines: object } | null }>(
      `{ incident(tenant: "unnamed", incidentId: "7") {
        alerts { nodes { alertId } truncated truncationReason }
        machines { truncated truncationReason } } }`,
    );
    expect(data.incident).toMatchObject({ alerts: { nodes: [{}, {}], ...told }, machines: told });
  });

  test.each(['one-never', 'one-gone'])('%s: an error at the alerts of one incident alone', async (tenant) => {
    for (let round = 0; round < 4; round += 1) {
      const { data, errors } = await ask(tenant);
      expect(data.incidents.failures).toEqual([]);
      expect(data.incidents.nodes).toHaveLength(25);
      expect(data.incidents.nodes.filter(({ alerts }) => alerts === null).map(({ incidentId }) => incidentId)).toEqual([
        '17',
      ]);
      expect(errors).toHaveLength(1);
    }
  });
});
