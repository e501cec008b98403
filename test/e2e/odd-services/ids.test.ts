import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Asked,
  type Given,
  type Listed,
  none,
  type StandIn,
  startStandIn,
} from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(70);
});
afterAll(() => api.stop());

const ids = (count: number) => Array.from({ length: count }, (_, i) => (i + 1).toString(16).padStart(40, '0'));
const machineOf = (id: unknown) => ({
  id,
  computerDnsName: `m-${String(id).slice(-4)}.contoso.com`,
  osPlatform: 'Windows11',
  lastSeen: '2026-01-01T00:00:00Z',
});

/** The ids that a filter names, as a service reads `in (...)` and `eq ... or`. */
const idsIn = (filter: string, quotes: readonly string[]): string[] | null => {
  const list = /id in \((.*)\)/.exec(filter)?.[1];
  const texts =
    list === undefined
      ? [...filter.matchAll(/id eq '([^']*)'/g)].map(([, id]) => `'${id}'`)
      : list.split(',').map((t) => t.trim());
  return texts.every((text) => quotes.includes(text[0] ?? '')) ? texts.map((text) => text.slice(1, -1)) : null;
};

type Play = (asked: Asked, all: readonly string[]) => Given;
const page = (rows: readonly unknown[], more: object = {}): Given => ({ body: { value: rows, ...more } });
const single = ({ path }: Asked, all: readonly string[]): Given | null => {
  const id = /^\/api\/machines\/([0-9a-fA-F]{40})$/.exec(path)?.[1]?.toLowerCase();
  if (id === undefined) return null;
  return all.includes(id) ? { body: machineOf(id) } : none;
};

const plays: Readonly<Record<string, Play>> = {
  'takes both quotes': (asked, all) =>
    page((idsIn(asked.query.get('$filter') ?? '', ['"', "'"]) ?? []).filter((id) => all.includes(id)).map(machineOf)),
  'all rows': (_, all) => page(all.map(machineOf)),
  'other rows': () => page(ids(3).map((id) => machineOf(id.replace(/^0/, 'b')))),
  'the first rows whatever the filter, as many as asked for': (asked, all) => {
    const others = ids(3).map((id) => id.replace(/^0/, 'b'));
    return page([...others, ...all].slice(0, Number(asked.query.get('$top') ?? 20)).map(machineOf));
  },
  'half of the rows': (asked, all) => {
    const wanted = (idsIn(asked.query.get('$filter') ?? '', ['"', "'"]) ?? []).filter((id) => all.includes(id));
    return page(wanted.slice(0, Math.ceil(wanted.length / 2)).map(machineOf));
  },
  'next link': (asked, all) => {
    const wanted = (idsIn(asked.query.get('$filter') ?? '', ['"', "'"]) ?? []).filter((id) => all.includes(id));
    const skip = Number(asked.query.get('$skip') ?? 0);
    const next = `${asked.origin}${asked.path}?$filter=${encodeURIComponent(asked.query.get('$filter') ?? '')}&$skip=${skip + 5}`;
    return page(
      wanted.slice(skip, skip + 5).map(machineOf),
      skip + 5 < wanted.length ? { '@odata.nextLink': next } : {},
    );
  },
  'upper case': (asked, all) =>
    page(
      (idsIn(asked.query.get('$filter') ?? '', ['"', "'"]) ?? [])
        .filter((id) => all.includes(id))
        .map((id) => machineOf(id.toUpperCase())),
    ),
  'only single quotes, else empty': (asked, all) =>
    page((idsIn(asked.query.get('$filter') ?? '', ["'"]) ?? []).filter((id) => all.includes(id)).map(machineOf)),
  'only eq, else empty': (asked, all) =>
    page(
      (asked.query.get('$filter')?.includes(' in ') ? [] : (idsIn(asked.query.get('$filter') ?? '', ["'"]) ?? []))
        .filter((id) => all.includes(id))
        .map(machineOf),
    ),
  'only eq, else 404': (asked, all) =>
    asked.query.get('$filter')?.includes(' in ')
      ? none
      : page((idsIn(asked.query.get('$filter') ?? '', ["'"]) ?? []).filter((id) => all.includes(id)).map(machineOf)),
  'no filter at all': () => ({
    status: 400,
    body: { error: { code: 'BadRequest', message: 'The query is not valid' } },
  }),
  'filter empty always': () => page([]),
  'one row twice': (asked, all) =>
    page(
      (idsIn(asked.query.get('$filter') ?? '', ['"', "'"]) ?? [])
        .filter((id) => all.includes(id))
        .flatMap((id) => [machineOf(id), machineOf(id)]),
    ),
};

describe('R6: machines by id where the service', () => {
  for (const [name, play] of Object.entries(plays))
    test.each([2, 30, 60, 199] as const)(`${name}: %i`, async (count) => {
      const all = ids(count);
      const tenant = api.tenant(
        (asked) => single(asked, all) ?? (asked.path === '/api/machines' ? play(asked, all) : none),
      );
      const { data, errors } = await tenant.ask<Listed>(
        'query ($tenant: String!, $ids: [ID!]) { list: machines(tenants: [$tenant], first: 200, filter: { machineId: $ids }) { nodes { machineId } failures { code message } } }',
        { ids: [...all.map((id, i) => (i % 2 === 1 ? id.toUpperCase() : id)), 'f'.repeat(40)].slice(0, 200) },
      );
      expect(errors).toEqual([]);
      expect(data.list.failures).toEqual([]);
      expect(data.list.nodes.map(({ machineId }) => String(machineId).toLowerCase()).toSorted()).toEqual(
        all.toSorted(),
      );
    });
});
