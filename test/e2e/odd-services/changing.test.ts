import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collection, type Row } from '../../support/odata-rows.ts';
import { readAll as readAllOf, readPage } from '../../support/read-all.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const base = Date.parse('2026-05-01T00:00:00Z');
const at = (seconds: number) => new Date(base + seconds * 1000).toISOString();
const refused: Reply = { status: 403, body: { error: { code: 'Forbidden', message: 'The product is not licensed' } } };
const none: Reply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'none' } } };
const hex = (place: number) => place.toString(16).padStart(40, '0');
const guid = (place: number) => `00000000-0000-4000-8000-${place.toString(16).padStart(12, '0')}`;

interface Change {
  status: string;
}
const graphRows = (count: number): (Row & Change)[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `da${place + 1}`,
    title: `alert ${place + 1}`,
    status: 'new',
    severity: 'high',
    createdDateTime: at(place),
    lastUpdateDateTime: at(place),
  }));
const mdeRows = (count: number, time = at): Row[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `da${place + 1}`,
    title: `alert ${place + 1}`,
    status: 'New',
    severity: 'High',
    alertCreationTime: time(place),
    lastUpdateTime: time(place),
    machineId: hex(1),
    evidence: [],
  }));
const machineRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, place) => ({
    id: hex(place + 1),
    computerDnsName: `m${place + 1}.contoso.com`,
    healthStatus: 'Active',
    lastSeen: at(0),
  }));
const actionRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, place) => ({
    id: guid(place + 1),
    type: 'Isolate',
    status: 'Succeeded',
    machineId: hex(1),
    creationDateTimeUtc: at(place),
  }));

const changing = { resolved: graphRows(100), deleted: graphRows(100), inserted: graphRows(100) };
type Ways = Omit<Parameters<typeof collection>[0], 'rows' | 'time'>;
const graphAlerts = (rows: () => readonly Row[], ways: Ways = {}): Handler => {
  const answer = collection({ rows, time: 'createdDateTime', ...ways });
  return (url) => (/alerts_v2$/.test(url.pathname) ? answer(url) : none);
};
const mde = (ways: Ways, count = 130): Handler => {
  const lists: readonly (readonly [RegExp, (url: URL) => Reply])[] = [
    [/\/api\/alerts$/, collection({ rows: () => mdeRows(count), time: 'alertCreationTime', ...ways })],
    [/\/api\/machines$/, collection({ rows: () => machineRows(count), time: 'id', order: 'none', ...ways })],
    [/\/api\/machineactions$/, collection({ rows: () => actionRows(count), time: 'creationDateTimeUtc', ...ways })],
  ];
  return (url) => lists.find(([path]) => path.test(url.pathname))?.[1](url) ?? refused;
};

const stale = (status: number, code: string): Ways => {
  let links = 0;
  return {
    cap: 20,
    refuses: (url) => {
      if (!url.searchParams.has('$skiptoken')) return null;
      links += 1;
      return links > 1 ? { status, body: { error: { code, message: 'The skip token is no longer valid' } } } : null;
    },
  };
};

const twice = graphRows(60).flatMap((row) => [row, row]);
const noLink = () => null;
let toggled = 0;

const tenants = {
  resolved: graphAlerts(() => changing.resolved),
  deleted: graphAlerts(() => changing.deleted),
  inserted: graphAlerts(() => changing.inserted),
  'stale-410': graphAlerts(() => graphRows(130), stale(410, 'SkipTokenExpired')),
  'stale-404': graphAlerts(() => graphRows(130), stale(404, 'ResourceNotFound')),
  'stale-400': graphAlerts(() => graphRows(130), stale(400, 'BadRequest')),
  'stale-500': graphAlerts(() => graphRows(130), stale(500, 'InternalServerError')),
  twice: graphAlerts(() => twice, { cap: 25 }),
  'a-b-a': (url) =>
    /alerts_v2$/.test(url.pathname)
      ? {
          body: {
            value: graphRows(4)
              .slice(url.searchParams.has('b') ? 0 : 2, url.searchParams.has('b') ? 2 : 4)
              .toReversed(),
            '@odata.nextLink': `${url.origin}${url.pathname}${url.searchParams.has('b') ? '?a=1' : '?b=1'}`,
          },
        }
      : none,
  'ever-new-link': (url) => {
    toggled += 1;
    return /alerts_v2$/.test(url.pathname)
      ? {
          body: {
            value: graphRows(3).toReversed(),
            '@odata.nextLink': `${url.origin}${url.pathname}?$skiptoken=t${toggled}`,
          },
        }
      : none;
  },
  'ever-empty-link': (url) => {
    toggled += 1;
    return /alerts_v2$/.test(url.pathname)
      ? { body: { value: [], '@odata.nextLink': `${url.origin}${url.pathname}?$skiptoken=t${toggled}` } }
      : none;
  },
  'mde-cap-9': mde({ cap: 9, link: noLink }),
  'mde-cap-9-links': mde({ cap: 9 }),
  'mde-old-host': mde({
    cap: 30,
    link: (url, more) => (more ? `https://api.securitycenter.windows.com${url.pathname}${url.search}` : null),
  }),
  'mde-skip-400': mde({
    cap: 30,
    link: noLink,
    refuses: (url) =>
      Number(url.searchParams.get('$skip') ?? 0) > 60
        ? { status: 400, body: { error: { code: 'BadRequest', message: '$skip at most 60' } } }
        : null,
  }),
  'mde-no-skip': mde({ ignoresSkip: true, cap: 30, link: noLink }),
  'mde-no-top': mde({ ignoresTop: true }),
  'mde-1': mde({}, 1),
  'mde-404': (url) => (/\/api\/(machines|alerts|machineactions)$/.test(url.pathname) ? none : refused),
} satisfies Record<string, Handler>;
type Name = keyof typeof tenants;

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate(tenants);
});
afterAll(() => estate.stop());

const page = (tenant: Name, list: string, key: string, after: string | null, rest?: string) =>
  readPage(estate, { tenant, list, key, ...(rest === undefined ? {} : { rest }) }, after);
const readAll = (tenant: Name, list: string, key: string, rest?: string, between?: () => void) =>
  readAllOf(estate, { tenant, list, key, ...(rest === undefined ? {} : { rest }) }, between);

describe('R2: rows that change between two pages', () => {
  test('resolved: those asked for as new are all seen once', async () => {
    let place = 100;
    const { found, said } = await readAll(
      'resolved',
      'alerts',
      'alertId',
      'first: 20, filter: { status: [NEW] }',
      () => {
        for (let n = 0; n < 20; n += 1) {
          place -= 1;
          const row = changing.resolved[place];
          if (row) row.status = 'resolved';
        }
      },
    );
    expect({ said, count: found.length, distinct: new Set(found).size }).toEqual({
      said: [],
      count: 100,
      distinct: 100,
    });
  });

  test('deleted: no other is lost', async () => {
    const { found, said } = await readAll('deleted', 'alerts', 'alertId', 'first: 20', () => {
      changing.deleted.splice(-15, 15);
    });
    expect(said).toEqual([]);
    expect(new Set(found).size).toBe(found.length);
    // What was not deleted before it could be given.
    expect(found.length).toBe(100);
  });

  test('inserted: none is given twice', async () => {
    let count = 100;
    const { found, said } = await readAll('inserted', 'alerts', 'alertId', 'first: 20', () => {
      for (let n = 0; n < 7; n += 1) {
        count += 1;
        changing.inserted.push({
          id: `da${count}`,
          status: 'new',
          severity: 'low',
          createdDateTime: at(count),
          lastUpdateDateTime: at(count),
        });
      }
    });
    expect({ said, count: found.length, distinct: new Set(found).size }).toEqual({
      said: [],
      count: 100,
      distinct: 100,
    });
  });
});

describe('R2: links that lead nowhere', () => {
  test.each(['stale-410', 'stale-404', 'stale-400'] as const)('%s: the list goes on by time', async (tenant) => {
    const { found, said } = await readAll(tenant, 'alerts', 'alertId', 'first: 100');
    expect({ said, distinct: new Set(found).size, count: found.length }).toEqual({
      said: [],
      distinct: 130,
      count: 130,
    });
  });

  test('stale-500: told, and what was read is kept', async () => {
    const { data } = await page('stale-500', 'alerts', 'alertId', null, 'first: 100');
    expect(data.list?.nodes.length).toBeGreaterThan(0);
    expect(data.list?.failures.length ?? 0).toBeLessThan(2);
    if (data.list?.failures.length === 0) expect(data.list.nodes).toHaveLength(100);
  });

  test('twice: a row that is there twice in a page is given once', async () => {
    const { found, said } = await readAll('twice', 'alerts', 'alertId');
    expect({ said, count: found.length, distinct: new Set(found).size }).toEqual({ said: [], count: 60, distinct: 60 });
  });

  test.each([
    ['a-b-a', 4],
    ['ever-new-link', 3],
    ['ever-empty-link', 0],
  ] as const)('%s: %i rows, each once, and a failure', async (tenant, count) => {
    const { found, said } = await readAll(tenant, 'alerts', 'alertId');
    expect({ count: found.length, distinct: new Set(found).size }).toEqual({ count, distinct: count });
    expect(said.length).toBeGreaterThan(0);
    expect(said).not.toContain('does not end');
    expect(estate.standIns[tenant]?.requests.length).toBeLessThan(40);
  });
});

const lists = [
  ['alerts', 'alertId'],
  ['machines', 'machineId'],
  ['machineActions', 'actionId'],
] as const;
describe.each(lists)('R2: %s of Defender for Endpoint', (list, key) => {
  test.each(['mde-cap-9', 'mde-cap-9-links', 'mde-old-host', 'mde-no-top'] as const)(
    '%s: every row once',
    async (tenant) => {
      for (const first of [50, 7]) {
        const { found, said } = await readAll(tenant, list, key, `first: ${first}`);
        expect({ said, count: found.length, distinct: new Set(found).size }).toEqual({
          said: [],
          count: 130,
          distinct: 130,
        });
      }
    },
  );
  test('mde-1: one row', async () => {
    const { found, said } = await readAll('mde-1', list, key);
    expect({ said, count: found.length }).toEqual({ said: [], count: 1 });
  });
  test.each(['mde-skip-400', 'mde-no-skip'] as const)('%s: all rows, or a failure', async (tenant) => {
    const { found, said } = await readAll(tenant, list, key);
    expect(new Set(found).size).toBe(found.length);
    // Without an order and without `$skip` there is no way on: for machines it cannot be told from an end.
    if (list === 'machines') expect(found.length).toBeGreaterThan(0);
    else expect({ said, count: found.length }).toEqual({ said: [], count: 130 });
  });
  test('mde-404: Microsoft says that there are none', async () => {
    const { found, said } = await readAll('mde-404', list, key);
    expect(found).toEqual([]);
    // The documentation says it of machines alone; elsewhere it is told.
    if (list === 'machines') expect(said).toEqual([]);
    else expect(said).toHaveLength(1);
  });
});
