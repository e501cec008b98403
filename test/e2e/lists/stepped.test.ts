import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/gateway.ts';
import { type Asked, type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';
import { exportOf } from '../exports/lab.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(40);
});
afterAll(() => standIn.stop());

const list = (value: readonly unknown[]): Given => ({ body: { value } });
const hex = (place: number) => place.toString(16).padStart(40, '0');
const indicators = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ id: String(place), indicatorValue: `d${place}.example` }));

/** A list of which `gone` rows at its beginning go before each answer but the first; `cap`: rows of a page. */
const shrinking = (path: string, all: readonly unknown[], gone: number, cap = 10_000, most = gone) => {
  let answers = 0;
  return ({ path: asked, query }: Asked): Given => {
    if (asked !== path) return list([]);
    const left = all.slice(Math.min(most, answers * gone));
    answers += 1;
    const skip = Number(query.get('$skip') ?? 0);
    return list(left.slice(skip, skip + Math.min(cap, Number(query.get('$top') ?? 20))));
  };
};

interface Page {
  readonly list: {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly failures: readonly { readonly message: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

describe('R2: rows that go between two pages of a list that steps by $skip', () => {
  test.each([
    ['indicators', 'indicatorId', '/api/indicators', indicators(120), indicators(120).map(({ id }) => id)],
    [
      'antivirusHealth',
      'machineId',
      '/api/deviceavinfo',
      Array.from({ length: 120 }, (_, place) => ({ id: `s${place}`, machineId: hex(place) })),
      Array.from({ length: 120 }, (_, place) => hex(place)),
    ],
    [
      'machines',
      'machineId',
      '/api/machines',
      Array.from({ length: 120 }, (_, place) => ({ id: hex(place) })),
      Array.from({ length: 120 }, (_, place) => hex(place)),
    ],
  ] as const)('%s: those that stood are there', async (name, id, path, rows, ids) => {
    const tenant = standIn.tenant(shrinking(path, rows, 30));
    const found: unknown[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data, errors }: Answer<Page> = await tenant.ask<Page>(
        `query ($tenant: String!, $after: String) { list: ${name}(tenants: [$tenant], first: 50, after: $after) {
          nodes { ${id} } failures { message } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      expect(errors).toEqual([]);
      expect(data.list.failures).toEqual([]);
      found.push(...data.list.nodes.map((node) => node[id]));
      ({ endCursor: after, hasNextPage: more } = data.list.pageInfo);
    }
    expect(found).toEqual(expect.arrayContaining(ids.slice(30)));
    expect(new Set(found).size).toBe(found.length);
  });

  test('where all rows around the place went it is told', async () => {
    const tenant = standIn.tenant(shrinking('/api/indicators', indicators(200), 90));
    const ask = (after: string | null) =>
      tenant.ask<Page>(
        `query ($tenant: String!, $after: String) { list: indicators(tenants: [$tenant], first: 50, after: $after) {
          nodes { indicatorId } failures { message } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
    const first = await ask(null);
    const { data } = await ask(first.data.list.pageInfo.endCursor);
    expect(data.list.failures).toMatchObject([{ message: expect.stringMatching(/Rows went while the list was read/) }]);
  });

  test('an export that says it is complete has every row that stood', async () => {
    const tenant = standIn.tenant(shrinking('/api/indicators', indicators(3000), 1000, 1000));
    const { rows, end } = await exportOf(standIn.running, `indicators?tenants=${tenant.name}&fields=indicatorId`, {});
    expect(end).toMatchObject({ complete: true });
    expect(rows.map(({ indicatorId }) => indicatorId)).toEqual(
      expect.arrayContaining(Array.from({ length: 2000 }, (_, place) => String(place + 1000))),
    );
    expect(tenant.asked[0]?.query.get('$top')).toBe('10000');
  });

  test('an export whose rows go on and on says that some are missing', async () => {
    const tenant = standIn.tenant(shrinking('/api/indicators', indicators(9000), 150, 100, 9000));
    const { failures, end } = await exportOf(
      standIn.running,
      `indicators?tenants=${tenant.name}&fields=indicatorId`,
      {},
    );
    expect(end).toMatchObject({ complete: false });
    expect(failures).toMatchObject([{ message: expect.stringMatching(/Rows went while the list was read/) }]);
  });

  test.each(
    [400, 404].flatMap((status) =>
      [1, 2, 12].flatMap((count) => [false, true].map((hasLink) => [status, count, hasLink] as const)),
    ),
  )(
    'a service that answers %i to be asked behind its %i rows (a link leads there: %s): all are there',
    async (...way) => {
      const [status, count, hasLink] = way;
      const all = indicators(count);
      const tenant = standIn.tenant(({ query }) => {
        const skip = Number(query.get('$skip') ?? 0);
        if (skip > 0 && skip >= count)
          return { status, body: { error: { code: 'BadRequest', message: 'No such page.' } } };
        const value = all.slice(skip, skip + Math.min(10, Number(query.get('$top') ?? 20)));
        const link = `https://api.securitycenter.microsoft.com/api/indicators?$top=10&$skip=${skip + value.length}`;
        return { body: { value, ...(hasLink ? { '@odata.nextLink': link } : {}) } };
      });
      for (const first of [1, 50]) {
        const found: unknown[] = [];
        for (let after: string | null = null, more = true; more; ) {
          const { data, errors }: Answer<Page> = await tenant.ask<Page>(
            `query ($tenant: String!, $after: String) { list: indicators(tenants: [$tenant], first: ${first}, after: $after) {
              nodes { indicatorId } failures { message } pageInfo { hasNextPage endCursor } } }`,
            { after },
          );
          expect(errors).toEqual([]);
          expect(data.list.failures).toEqual([]);
          found.push(...data.list.nodes.map(({ indicatorId }) => indicatorId));
          ({ endCursor: after, hasNextPage: more } = data.list.pageInfo);
        }
        expect(found).toEqual(all.map(({ id }) => id));
      }
    },
  );

  test.each([400, 404])(
    'of a list that became shorter than the place, which is answered %i, the rest is there',
    async (status) => {
      let left = indicators(60);
      const tenant = standIn.tenant(({ query }) => {
        const skip = Number(query.get('$skip') ?? 0);
        if (skip > 0 && skip >= left.length)
          return { status, body: { error: { code: 'BadRequest', message: 'No such page.' } } };
        return list(left.slice(skip, skip + Number(query.get('$top') ?? 20)));
      });
      const ask = (after: string | null) =>
        tenant.ask<Page>(
          `query ($tenant: String!, $after: String) { list: indicators(tenants: [$tenant], first: 50, after: $after) {
          nodes { indicatorId } failures { message } pageInfo { hasNextPage endCursor } } }`,
          { after },
        );
      const first = await ask(null);
      left = left.slice(40);
      const { data } = await ask(first.data.list.pageInfo.endCursor);
      expect(data.list).toMatchObject({ failures: [], pageInfo: { hasNextPage: false } });
      expect(data.list.nodes).toEqual(left.slice(10).map(({ id }) => ({ indicatorId: id })));
    },
  );

  test.each([3, 7, 10, 25].flatMap((first) => [400, 200].map((status) => [first, status] as const)))(
    'nor where its pages are short, each page of %i rows is asked for by itself, and it answers %i',
    async (first, status) => {
      const all = indicators(60);
      const tenant = standIn.tenant(({ query }) => {
        const skip = Number(query.get('$skip') ?? 0);
        if (skip > 20) {
          const error = { code: 'BadRequest', message: '$skip is at most 20.' };
          return { status, body: status === 200 ? { value: [] } : { error } };
        }
        return list(all.slice(skip, skip + Math.min(5, Number(query.get('$top') ?? 20))));
      });
      const found: unknown[] = [];
      let failures: readonly unknown[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { data }: Answer<Page> = await tenant.ask<Page>(
          `query ($tenant: String!, $after: String) { list: indicators(tenants: [$tenant], first: ${first}, after: $after) {
            nodes { indicatorId } failures { message } pageInfo { hasNextPage endCursor } } }`,
          { after },
        );
        found.push(...data.list.nodes.map(({ indicatorId }) => indicatorId));
        failures = data.list.failures;
        ({ endCursor: after, hasNextPage: more } = data.list.pageInfo);
      }
      expect(found.length).toBeGreaterThan(20);
      const why = status === 200 ? /may be (incomplete|missing)/ : /\$skip is at most 20\./;
      expect(failures).toMatchObject([{ message: expect.stringMatching(why) }]);
    },
  );

  test('a service that takes no further $skip than some is an error, and not the end', async () => {
    const all = indicators(120);
    const tenant = standIn.tenant(({ query }) => {
      const skip = Number(query.get('$skip') ?? 0);
      if (skip > 60) return { status: 400, body: { error: { code: 'BadRequest', message: '$skip is at most 60.' } } };
      return list(all.slice(skip, skip + 50));
    });
    const { data } = await tenant.ask<Page>(
      `query ($tenant: String!) { list: indicators(tenants: [$tenant], first: 200) {
        nodes { indicatorId } failures { message } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(data.list.failures).toMatchObject([{ message: expect.stringMatching(/at most 60/) }]);
  });

  test('a service that takes no $skip at all is an error, and not the end', async () => {
    const refusal = { status: 400, body: { error: { code: 'BadRequest', message: '$skip is not supported.' } } };
    const tenant = standIn.tenant(({ query }) => (query.has('$skip') ? refusal : list(indicators(20).slice(0, 10))));
    const { data } = await tenant.ask<Page>(
      `query ($tenant: String!) { list: indicators(tenants: [$tenant], first: 50) {
        nodes { indicatorId } failures { message } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(data.list.failures).toHaveLength(1);
  });

  test('a short list costs two calls', async () => {
    const tenant = standIn.tenant(shrinking('/api/indicators', indicators(5), 0));
    await tenant.ask('query ($tenant: String!) { indicators(tenants: [$tenant]) { nodes { indicatorId } } }');
    expect(tenant.asked).toHaveLength(2);
  });
});
