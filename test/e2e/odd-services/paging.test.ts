import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collection, type Row, type Ways } from '../../support/odata-rows.ts';
import { readAll } from '../../support/read-all.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const base = Date.parse('2026-05-01T00:00:00Z');
const at = (seconds: number) => new Date(base + seconds * 1000).toISOString();
const incidents = (count: number, time: (place: number) => string = at): Row[] =>
  Array.from({ length: count }, (_, place) => ({
    id: String(place + 1),
    displayName: `incident ${place + 1}`,
    status: 'active',
    severity: 'high',
    createdDateTime: time(place),
    lastUpdateDateTime: time(place),
  }));
const times = {
  plain: at,
  /** 3, 7 and no digits, as one service writes them. */
  digits: (place: number) => {
    const text = at(Math.floor(place / 3)).slice(0, 19);
    return place % 3 === 0 ? `${text}Z` : place % 3 === 1 ? `${text}.120Z` : `${text}.1234567Z`;
  },
  zoneless: (place: number) => `${at(place).slice(0, 19)}.${String(place).padStart(7, '0')}`,
  equal: () => '2026-05-01T00:00:00Z',
  blocks: (place: number) => at(Math.floor(place / 120)),
  /** Rows alone at their moment, then many of one. */
  crowds: (place: number) => at(place % 40 < 12 ? place : place - (place % 40) + 12),
};

const noMore = () => null;
const notThere: Reply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'none' } } };
const bad = (message: string): Reply => ({ status: 400, body: { error: { code: 'BadRequest', message } } });
const skipOf = (url: URL) => Number(url.searchParams.get('$skip') ?? 0);

const graph = (ways: Partial<Ways> & { count?: number; times?: (place: number) => string }): Handler => {
  const rows = incidents(ways.count ?? 130, ways.times ?? times.plain);
  const answer = collection({ rows: () => rows, time: 'createdDateTime', ...ways });
  return (url) => (/\/security\/(incidents|alerts_v2)$/i.test(url.pathname) ? answer(url) : notThere);
};

/** Lists in another order than their pages say, which give the right one to who asks for it. */
const inOrderWhenAsked = {
  'ascending-orderby': { order: 'ascending', takesOrderBy: true, cap: 50 },
  'ascending-orderby-no-link': { order: 'ascending', takesOrderBy: true, cap: 50, link: noMore },
  'unsorted-orderby': { order: 'none', takesOrderBy: true, times: (place: number) => at((place * 47) % 130) },
} satisfies Record<string, Partial<Ways> & { times?: (place: number) => string }>;

/** Each lists all of its rows through `incidents` and `alerts` of Graph. */
const odd = {
  'cap-7': { cap: 7 },
  'cap-7-no-link': { cap: 7, link: noMore },
  'cap-1': { cap: 1, count: 40 },
  'no-skip': { ignoresSkip: true, link: noMore },
  'no-top': { ignoresTop: true, cap: 1000, count: 230 },
  'relative-link': { link: (url, more) => (more ? `${url.pathname}${url.search}` : null), cap: 20 },
  'relative-to-path': { link: (url, more) => (more ? `incidents${url.search}` : null), cap: 20 },
  'other-host': {
    link: (url, more) => (more ? `https://graph.microsoft.com${url.pathname}${url.search}` : null),
    cap: 20,
  },
  'other-host-port': {
    link: (url, more) => (more ? `https://GRAPH.Microsoft.com:443${url.pathname}${url.search}` : null),
    cap: 20,
  },
  'path-case': { link: (url, more) => (more ? url.href.replace('/v1.0/security', '/V1.0/Security') : null), cap: 20 },
  'plus-for-space': { link: (url, more) => (more ? url.href.replaceAll('%20', '+') : null), cap: 20 },
  'empty-last': {
    link: (url, more) => (more || Number(url.searchParams.get('$skiptoken')) <= 140 ? url.href : null),
    cap: 13,
  },
  equal: { times: times.equal, count: 130 },
  'equal-no-link': { times: times.equal, count: 130, link: noMore },
  'blocks-no-link': { times: times.blocks, count: 360, link: noMore, cap: 50 },
  digits: { times: times.digits, cap: 25 },
  'digits-no-link': { times: times.digits, cap: 25, link: noMore },
  zoneless: { times: times.zoneless, cap: 25 },
  'zoneless-no-link': { times: times.zoneless, cap: 25, link: noMore },
  'top-of-all': { topOfAll: 'top', cap: 7 },
  'top-of-all-in-token': { topOfAll: 'token', cap: 7 },
  'top-of-all-blocks': { topOfAll: 'top', cap: 20, times: times.blocks, count: 360 },
  'varying-no-link': { varies: true, cap: 40, link: noMore },
  'varying-equal-no-link': { varies: true, cap: 40, link: noMore, times: times.equal },
  'varying-blocks-no-link': { varies: true, cap: 40, link: noMore, times: times.blocks, count: 360 },
  'le-lt': { leIsLt: true, cap: 50 },
  'le-lt-no-link': { leIsLt: true, cap: 50, link: noMore },
  ascending: { order: 'ascending', cap: 50 },
  'ascending-crowds': { order: 'ascending', times: times.crowds },
  'ascending-crowds-cap': { order: 'ascending', times: times.crowds, cap: 13 },
  unsorted: { order: 'none', cap: 50 },
  'unsorted-no-orderby': {
    order: 'none',
    cap: 50,
    refuses: (url) => (url.searchParams.has('$orderby') ? bad("Query option '$orderby' is not allowed") : null),
  },
  ...inOrderWhenAsked,
  'skip-400': {
    refuses: (url) => (skipOf(url) > 50 ? bad('The value of $skip must be at most 50') : null),
    link: noMore,
  },
  'no-time-filter': {
    refuses: (url) => (url.searchParams.get('$filter')?.includes('DateTime') ? bad('Filter on createdDateTime') : null),
  },
  'no-time-filter-no-skip': {
    refuses: (url) =>
      url.searchParams.get('$filter')?.includes('DateTime') || skipOf(url) > 0 ? bad('Not supported') : null,
    cap: 50,
  },
} satisfies Record<string, Partial<Ways> & { count?: number; times?: (place: number) => string }>;

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate(Object.fromEntries(Object.entries(odd).map(([name, ways]) => [name, graph(ways)])));
});
afterAll(() => estate.stop());

describe.each(Object.entries(odd))('R2: %s', (tenant, ways: Partial<Ways> & { count?: number }) => {
  test.each([
    ['incidents', 'incidentId', 50],
    ['incidents', 'incidentId', 11],
    ['alerts', 'alertId', 50],
  ])('%s %s by %i', async (list, key, first) => {
    const { found, said } = await readAll(estate, { tenant, list, key, rest: `first: ${first}` });
    const count = ways.count ?? 130;
    expect({ said, distinct: new Set(found).size, all: found.length }).toEqual({
      said: [],
      distinct: count,
      all: count,
    });
  });
});

const withOrder = (tenant: string): number =>
  estate.standIns[tenant]?.requests.filter((url) => url.includes('$orderby=createdDateTime desc')).length ?? 0;

describe.each(Object.keys(inOrderWhenAsked))('R4: %s', (tenant) => {
  test.each([
    ['incidents', 50],
    ['alerts', 11],
  ])('%s by %i are newest first over all pages', async (list, first) => {
    const { found } = await readAll(estate, { tenant, list, key: 'createdAt', rest: `first: ${first}` });
    expect(found).toHaveLength(130);
    expect(found).toEqual(found.toSorted().toReversed());
    expect(withOrder(tenant)).toBeGreaterThan(0);
  });
});

test('R4: an order that is refused is asked for once a list', async () => {
  for (const list of ['incidents', 'alerts', 'incidents'])
    await readAll(estate, { tenant: 'unsorted-no-orderby', list, key: 'id', rest: 'first: 50' });
  expect(withOrder('unsorted-no-orderby')).toBe(2);
});
