import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filtered, type Row } from '../../support/odata-rows.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';
import { askCounts, countBy, numbersOf } from '../counts/ask.ts';

/** Services that count in ways of their own: what is told is what there is, whoever counted. */
const words = ['active', 'resolved', 'resolved', 'inProgress'];
const incidents: readonly Row[] = Array.from({ length: 30 }, (_, place) => ({
  id: String(place + 1),
  displayName: `incident ${place}`,
  status: words[place % 4],
  severity: place < 11 ? 'high' : 'low',
  createdDateTime: new Date(Date.parse('2026-05-01T12:00:00Z') - place * 3_600_000).toISOString(),
  lastUpdateDateTime: '2026-05-01T12:00:00Z',
}));

interface Answer {
  readonly rows: readonly Row[];
  readonly top: number;
  readonly filter: string;
}

/** How the answer to a question that counts departs from that of a service without oddities. */
interface Counting {
  /** `@odata.count`. */
  readonly count?: (answer: Answer) => unknown;
  /** What of the filter is heeded, in rows and count alike. */
  readonly heeds?: (filter: string) => string;
  readonly reply?: (body: Record<string, unknown>) => Reply;
}

const services = {
  plain: {},
  'as-text': { count: ({ rows }) => String(rows.length) },
  'of-all': { count: () => incidents.length },
  'of-the-page': { count: ({ rows, top }) => Math.min(top, rows.length) },
  negative: { count: () => -1 },
  'not-at-all': { count: () => undefined },
  'by-times-alone': {
    heeds: (filter) =>
      filter
        .split(' and ')
        .filter((part) => part.includes('DateTime'))
        .join(' and '),
  },
  'without-rows': { reply: (body) => ({ body: { ...body, value: [] } }) },
  'in-words': { reply: () => ({ body: 'thirty' }) },
} satisfies Readonly<Record<string, Counting>>;

const service =
  ({
    count = ({ rows }) => rows.length,
    heeds = (filter) => filter,
    reply = (body) => ({ body }),
  }: Counting): Handler =>
  (url, _, text) => {
    const one = (query: URLSearchParams): Reply => {
      const isCounting = query.get('$count') === 'true';
      const filter = query.get('$filter') ?? '';
      const rows = filtered(incidents, isCounting ? heeds(filter) : filter);
      const [top, skip] = [Number(query.get('$top') ?? 50), Number(query.get('$skip') ?? 0)];
      const value = rows.slice(skip, skip + top);
      if (!isCounting) return { body: { value } };
      const counted = count({ rows, top, filter });
      return reply({ value, ...(counted === undefined ? {} : { '@odata.count': counted }) });
    };
    if (!url.pathname.endsWith('/$batch')) return one(url.searchParams);
    const { requests }: { readonly requests: readonly { readonly id: string; readonly url: string }[] } =
      JSON.parse(text);
    const responses = requests.map((part) => {
      const { status = 200, body } = one(new URL(part.url, url).searchParams);
      return { id: part.id, status, headers: { 'Content-Type': 'application/json' }, body };
    });
    return { body: { responses } };
  };

const rowsOf = new Set(['plain', 'as-text']);
let estate: Estate;
beforeAll(async () => {
  estate = await startEstate(
    Object.fromEntries(
      Object.entries<Counting>(services).flatMap(([name, counting]) =>
        [name, `${name}-first`].map((tenant) => [tenant, service(counting)]),
      ),
    ),
  );
});
afterAll(() => estate.stop());

const snake = (word: unknown): string => String(word).replace(/[A-Z]/g, (letter) => `_${letter}`);

test('a service that counts up to a limit is found out by what its groups make', async () => {
  const capped = await startEstate({ capped: service({ count: ({ rows }) => Math.min(8, rows.length) }) });
  const told = await askCounts(capped, 'incidentCounts(by: STATUS, tenants: ["capped"])');
  await capped.stop();
  expect(told).toMatchObject({ total: 30, tenants: [{ method: 'ROWS' }] });
});

describe.each(Object.keys(services))('a service that counts %s', (tenant) => {
  test('has its incidents told by status as they are', async () => {
    const told = await askCounts(estate, `incidentCounts(by: STATUS, tenants: ["${tenant}"])`);
    expect(numbersOf(told)).toEqual(countBy(incidents, ({ status }) => snake(status)));
    expect(told).toMatchObject({ total: 30, tenants: [{ method: rowsOf.has(tenant) ? 'SERVICE' : 'ROWS' }] });
  });

  test('and those of one status, of one severity, since a moment', async () => {
    const filter = 'status: [RESOLVED], severity: [HIGH], createdAfter: "2026-05-01T02:00:00Z"';
    const there = incidents.filter(
      ({ status, severity, createdDateTime }) =>
        status === 'resolved' && severity === 'high' && String(createdDateTime) >= '2026-05-01T02:00:00',
    );
    const told = await askCounts(estate, `incidentCounts(by: STATUS, tenants: ["${tenant}"], filter: { ${filter} })`);
    expect(numbersOf(told)).toEqual({ resolved: there.length });
    const { data } = await estate.ask<{ readonly list: { readonly totalCount: number | null } }>(
      `{ list: incidents(first: 2, tenants: ["${tenant}"], filter: { ${filter} }) { totalCount } }`,
    );
    expect(data.list.totalCount).toBe(rowsOf.has(tenant) ? there.length : null);
  });
});

test.each(Object.keys(services))(
  'the first question to a service that counts %s may be of one group',
  async (tenant) => {
    const { data } = await estate.ask<{ readonly list: { readonly totalCount: number | null } }>(
      `{ list: incidents(first: 2, tenants: ["${tenant}-first"], filter: { status: [ACTIVE] }) { totalCount } }`,
    );
    expect(data.list.totalCount).toBe(rowsOf.has(tenant) ? 8 : null);
  },
);
