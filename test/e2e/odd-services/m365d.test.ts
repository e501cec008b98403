import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collection, type Row, type Ways } from '../../support/odata-rows.ts';
import { readAll } from '../../support/read-all.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const at = (seconds: number) => new Date(Date.parse('2026-05-01T00:00:00Z') + seconds * 1000).toISOString();
const refused: Reply = { status: 403, body: { error: { code: 'Forbidden', message: 'The product is not licensed' } } };
const bad: Reply = { status: 400, body: { error: { code: 'BadRequest', message: 'Not supported' } } };

const count = 130;
const incident = (place: number): Row => ({
  incidentId: place + 1,
  incidentName: `incident ${place + 1}`,
  status: 'Active',
  severity: 'High',
  createdTime: at(place),
  lastUpdateTime: at(place),
  alerts: [
    {
      alertId: `da${place}`,
      incidentId: place + 1,
      title: 'alert',
      status: 'New',
      severity: 'High',
      creationTime: at(place),
      devices: [],
      entities: [],
    },
  ],
});
const rows = Array.from({ length: count }, (_, place) => incident(place));
const m365d = (ways: Partial<Ways>): Handler => {
  const listed = collection({ rows: () => rows, time: 'createdTime', ...ways });
  return (url) => (/\/api\/incidents$/.test(url.pathname) ? listed(url) : refused);
};
const noLink = () => null;
const skipOf = (url: URL) => Number(url.searchParams.get('$skip') ?? 0);

const tenants = {
  plain: m365d({ link: noLink }),
  'cap-10': m365d({ cap: 10, link: noLink }),
  'links-30': m365d({ cap: 30 }),
  'no-skip': m365d({ cap: 50, ignoresSkip: true, link: noLink }),
  'no-top': m365d({ ignoresTop: true, link: noLink }),
  ascending: m365d({ order: 'ascending', cap: 50, link: noLink }),
  'lt-for-le': m365d({ leIsLt: true, cap: 20, link: noLink }),
  'no-time': m365d({
    refuses: (url) => (url.searchParams.get('$filter')?.includes('Time') ? bad : null),
    link: noLink,
  }),
  'skip-empty': m365d({ refuses: (url) => (skipOf(url) > 40 ? { body: { value: [] } } : null), cap: 25, link: noLink }),
  'above-20-400': m365d({
    refuses: (url) => (Number(url.searchParams.get('$top') ?? 0) > 100 ? bad : null),
    link: noLink,
  }),
} satisfies Record<string, Handler>;

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate(tenants);
});
afterAll(() => estate.stop());

describe.each(Object.keys(tenants))('R2: Microsoft 365 Defender, %s', (tenant) => {
  test.each([
    ['incidents', 'incidentId', 50],
    ['incidents', 'incidentId', 9],
    ['alerts', 'alertId', 50],
  ] as const)('%s by %s: every row once, %i a page', async (list, key, first) => {
    const { found, said } = await readAll(estate, { tenant, list, key, rest: `first: ${first}` });
    expect(new Set(found).size).toBe(found.length);
    // Alerts are looked for in ten pages of incidents, and what that leaves out is told by its true number.
    if (list === 'alerts' && tenant === 'cap-10') expect(said[0]).toContain(`the ${found.length} newest incidents`);
    else expect({ said, count: found.length }).toEqual({ said: [], count });
  });
});
