import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createIdReader } from '../../../src/routing/ids-in-filter.ts';
import { createLearned } from '../../../src/routing/learned.ts';
import { createMachineReads } from '../../../src/routing/machines.ts';
import { getAlert, listAlerts } from '../../../src/upstream/mde/alerts.ts';
import type { MdeAlert } from '../../../src/upstream/mde/wire.ts';
import { partsOver } from '../../support/parts.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

const idAt = (index: number): string => index.toString(16).padStart(40, '0');
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => idAt(index));

/** Machines by any filter or path: every id that stands in it. */
const machinesIn = (text: string): { id: string }[] => [...text.matchAll(/[0-9a-f]{40}/g)].map(([id]) => ({ id }));

/** Of the list itself, as many rows as are asked for, of machines that nobody asks for. */
const otherMachines = (top: number, response: ServerResponse): void =>
  answer(response, 200, { value: Array.from({ length: top }, (_, index) => ({ id: `f${idAt(index).slice(1)}` })) });

const reader = (
  handle: (filter: string, response: ServerResponse) => void,
  idsPerCall = 50,
  refusedId?: string,
  list = otherMachines,
) => {
  const start = async () => {
    upstream = await startUpstream((url, response) => {
      const filter = url.searchParams.get('$filter');
      const id = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
      if (id === 'machines' && filter === null) list(Number(url.searchParams.get('$top')), response);
      else if (filter === null && id === refusedId) refuse(response);
      else if (filter === null) answer(response, 200, { id });
      else handle(filter, response);
    });
    const { tenant } = upstream;
    const reads = createMachineReads({ ...partsOver(upstream), idsPerCall });
    return async (wanted: readonly string[]) => {
      upstream.requests.length = 0;
      const found = await reads.byIds(tenant, wanted, upstream.scope());
      return { found: [...found.keys()].toSorted(), requests: [...upstream.requests] };
    };
  };
  return start();
};

const refuse = (response: ServerResponse, status = 400): void =>
  answer(response, status, { error: { code: 'BadRequest', message: 'Not this filter' } });
const give = (filter: string, response: ServerResponse): void => answer(response, 200, { value: machinesIn(filter) });

test('many ids are asked for together, in one list a call', async () => {
  const read = await reader(give);
  await read(ids(120));
  const { found, requests } = await read(ids(120));
  expect(found).toEqual(ids(120));
  expect(requests).toHaveLength(3);
  expect(requests[0]).toContain(`$filter=id in ("${idAt(0)}","${idAt(1)}"`);
  expect(requests[0]).toContain('$top=40');
});

/** All machines of a tenant, of which its list shows some. */
const listOf = (shown: number) => (top: number, response: ServerResponse) =>
  answer(response, 200, { value: ids(Math.min(shown, top)).map((id) => ({ id: id.toUpperCase() })) });
const filters = (requests: readonly string[]): number => requests.filter((text) => text.includes('$filter')).length;

describe('many ids, which would be several calls', () => {
  test('are read of the list itself in one, where it has few more', async () => {
    const read = await reader(give, 50, undefined, listOf(300));
    for (const _ of [1, 2]) {
      const { found, requests } = await read(ids(100));
      expect(found).toEqual(ids(100));
      expect(requests).toEqual(['/api/machines?$top=400']);
    }
    // Two calls by ids are not worth reading rows that nobody asked for.
    expect(filters((await read(ids(78))).requests)).toBe(2);
  });

  test('are not all in a list that is long: it is looked at once, and what it showed is not asked for again', async () => {
    const read = await reader(give, 50, undefined, (top, response) =>
      answer(response, 200, {
        value: [...ids(30), ...Array.from({ length: top - 30 }, (_, i) => idAt(5000 + i))].map((id) => ({ id })),
      }),
    );
    const first = await read(ids(100));
    expect(first.found).toEqual(ids(100));
    expect([filters(first.requests), first.requests.length]).toEqual([2, 3]);
    const second = await read(ids(100));
    expect(second.found).toEqual(ids(100));
    expect([filters(second.requests), second.requests.length]).toEqual([3, 3]);
  });

  test('are asked for by their ids where the list does not show them, which is remembered', async () => {
    const read = await reader(give, 50, undefined, listOf(90));
    expect((await read(ids(100))).found).toEqual(ids(100));
    expect((await read(ids(100))).requests).toHaveLength(3);
  });

  test('are absent where neither the list nor a filter has them, and the list is read again', async () => {
    const there = new Set(ids(90));
    const read = await reader(
      (filter, response) => answer(response, 200, { value: machinesIn(filter).filter(({ id }) => there.has(id)) }),
      50,
      'f'.repeat(40),
      listOf(90),
    );
    for (const _ of [1, 2]) {
      const { found, requests } = await read(ids(100));
      expect(found).toEqual(ids(90));
      expect(requests[0]).toBe('/api/machines?$top=400');
      // Beside one that is there, by which the filter shows that it is taken.
      expect(requests.slice(1)).toEqual([expect.stringContaining(`"${idAt(0)}"`)]);
    }
  });

  test.each([
    ['fails', (_top: number, response: ServerResponse) => answer(response, 503, {})],
    ['is malformed', (_top: number, response: ServerResponse) => answer(response, 200, { value: [{}, 7] })],
    ['is refused', (_top: number, response: ServerResponse) => refuse(response)],
  ])('are asked for by their ids where the list %s: it is asked once', async (_, list) => {
    const read = await reader(give, 50, undefined, list);
    const first = await read(ids(100));
    expect([first.found, first.requests.length]).toEqual([ids(100), 4]);
    expect((await read(ids(100))).requests).toHaveLength(3);
  });
});

test('one id is asked for alone', async () => {
  const read = await reader(give);
  expect((await read([idAt(7)])).requests).toEqual([`/api/machines/${idAt(7)}`]);
});

test('where "in" is refused, a chain of comparisons is used, and that is remembered', async () => {
  const read = await reader((filter, response) =>
    filter.includes(' in ') ? refuse(response) : give(filter, response),
  );
  const first = await read(ids(45));
  expect(first.found).toEqual(ids(45));
  expect(first.requests.filter((request) => request.includes(' in '))).toHaveLength(2);
  await read(ids(45));
  const second = await read(ids(45));
  expect(second.found).toEqual(ids(45));
  expect(second.requests).toHaveLength(3);
  expect(second.requests.every((request) => request.includes(`id eq '`))).toBe(true);
});

test('where every filter is refused, each is read alone, and that is remembered', async () => {
  const read = await reader((_, response) => refuse(response));
  expect((await read(ids(5))).found).toEqual(ids(5));
  const { found, requests } = await read(ids(5));
  expect(found).toEqual(ids(5));
  expect(requests.toSorted()).toEqual(ids(5).map((id) => `/api/machines/${id}`));
});

test.each([414, 431])('a filter that is too long (%i) is halved until it is taken', async (status) => {
  const read = await reader((filter, response) =>
    machinesIn(filter).length > 12 ? refuse(response, status) : give(filter, response),
  );
  const { found, requests } = await read(ids(50));
  expect(found).toEqual(ids(50));
  expect(requests.every((request) => request.includes(' in '))).toBe(true);
});

test('a form that worked and is refused once is too long, not unknown', async () => {
  const read = await reader((filter, response) =>
    machinesIn(filter).length > 30 ? refuse(response) : give(filter, response),
  );
  await read(ids(10));
  const { found, requests } = await read(ids(50));
  expect(found).toEqual(ids(50));
  expect(requests.every((request) => request.includes(' in '))).toBe(true);
});

test('a filter that an API overlooks gives nothing that was not asked for, and what it left out is read alone', async () => {
  const read = await reader((_, response) => answer(response, 200, { value: [{ id: idAt(99) }, { id: idAt(1) }] }));
  const { found, requests } = await read(ids(3));
  expect(found).toEqual(ids(3));
  expect(requests.filter((path) => !path.includes('filter'))).toHaveLength(2);
});

test('answers are matched by id, whatever their order or letter case', async () => {
  const read = await reader((filter, response) =>
    answer(response, 200, {
      value: machinesIn(filter)
        .toReversed()
        .map(({ id }) => ({ id: id.toUpperCase() })),
    }),
  );
  expect((await read(ids(20))).found).toEqual(ids(20));
});

test('a DNS name cannot stand in a filter of ids: it is read alone, the ids beside it together', async () => {
  const read = await reader(give);
  const { found, requests } = await read([...ids(3), 'pc.contoso.com']);
  expect(found).toEqual([...ids(3), 'pc.contoso.com']);
  expect(requests).toHaveLength(2);
});

test('a failure that is no refusal is the failure of all: nothing else is tried', async () => {
  const read = await reader((_, response) => refuse(response, 403));
  await expect(read(ids(3))).rejects.toMatchObject({ code: 'MISSING_PERMISSION' });
  expect(upstream.requests).toHaveLength(1);
});

/** Lists break, and single reads as well where `all` do. */
const breaking = async (breaks: (filter: string) => boolean, status: number, all = false) => {
  upstream = await startUpstream((url, response) => {
    const filter = url.searchParams.get('$filter');
    const id = url.pathname.split('/').at(-1) ?? '';
    if (filter === null ? all : breaks(filter)) answer(response, status, { error: { code: 'Oops', message: 'no' } });
    else if (filter === null) answer(response, 200, { id });
    else give(filter, response);
  });
  const { send, tenant } = upstream;
  const readByIds = createIdReader({ send, learned: createLearned({ clock: systemClock }), idsPerCall: 50 });
  const reads = { list: (filter: string, top: number) => listAlerts({ filter, top }), single: getAlert };
  return async (wanted: readonly string[]) => {
    const found = await readByIds(
      tenant,
      wanted,
      { ...reads, idOf: ({ id }: MdeAlert) => id, filterable: /^[0-9a-f]{40}$/ },
      upstream.scope(),
    );
    return [...found].filter(([, alert]) => !(alert instanceof Error)).map(([id]) => id);
  };
};

test.each([500, 502, 503, 504])(
  'R6: a form that the service breaks on (%i) is left for one that it answers, which is remembered',
  async (status) => {
    const read = await breaking((filter) => filter.includes(' in '), status);
    expect((await read(ids(30))).toSorted()).toEqual(ids(30));
    // Double quotes twice, one read alone, single quotes once, two chains.
    expect(upstream.requests).toHaveLength(6);
    upstream.requests.length = 0;
    expect((await read(ids(30))).toSorted()).toEqual(ids(30));
    expect(upstream.requests).toHaveLength(2);
  },
);

test('R6: where the service breaks on every form each is read alone, and its breaker spares it the lists', async () => {
  const read = await breaking(() => true, 500);
  expect((await read(ids(30))).toSorted()).toEqual(ids(30));
  expect(upstream.requests.filter((request) => request.includes('$filter'))).toHaveLength(4);
  expect(upstream.requests).toHaveLength(34);
  for (const calls of [31, 30]) {
    upstream.requests.length = 0;
    expect((await read(ids(30))).toSorted()).toEqual(ids(30));
    expect(upstream.requests).toHaveLength(calls);
  }
});

test('R6: a service that answers nothing at all is the failure of all, after few calls: no form is blamed', async () => {
  const read = await breaking(() => true, 500, true);
  await expect(read(ids(30))).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(upstream.requests.length).toBeLessThanOrEqual(4);
});

test('R6: one passing fault of a form blames it not', async () => {
  let faults = 1;
  const read = await breaking((filter) => filter.includes(' in ("') && faults-- > 0, 503);
  expect((await read(ids(30))).toSorted()).toEqual(ids(30));
  expect(upstream.requests).toHaveLength(3);
  expect(upstream.requests.at(-1)).toContain(' in ("');
});

test('R6: an empty answer of a form that has brought nothing yet is asked again in the next form', async () => {
  const read = await reader((filter, response) =>
    filter.includes('"') ? answer(response, 200, { value: [] }) : give(filter, response),
  );
  expect((await read(ids(30))).found).toEqual(ids(30));
  const { found, requests } = await read(ids(30));
  expect(found).toEqual(ids(30));
  expect(requests).toHaveLength(1);
});

test.each(['before a form is proven', 'after it'])(
  'R6: a lone id answered 400 keeps the bulk form, %s',
  async (when) => {
    const read = await reader(give, 50, idAt(77));
    if (when === 'after it') await read(ids(10));
    for (const _ of [1, 2]) {
      const { found, requests } = await read([idAt(77)]).catch(() => ({ found: [], requests: upstream.requests }));
      expect(found).toEqual([]);
      expect(requests).toEqual([`/api/machines/${idAt(77)}`]);
    }
    const { found, requests } = await read(ids(35));
    expect(found).toEqual(ids(35));
    expect(requests).toHaveLength(1);
  },
);

test('R6: ids that are numbers on the wire are matched by their digits', async () => {
  upstream = await startUpstream((url, response) =>
    answer(response, 200, {
      value: [...(url.searchParams.get('$filter') ?? '').matchAll(/\d+/g)].map(([id]) => ({ id })),
    }),
  );
  const { send, tenant } = upstream;
  const read = createIdReader({ send, learned: createLearned({ clock: systemClock }), idsPerCall: 50 });
  const reads = {
    list: (filter: string, top: number) => listAlerts({ filter, top }),
    single: getAlert,
    idOf: ({ id }: MdeAlert) => Number(id),
    filterable: /^\d+$/,
  };
  const found = await read(tenant, ['17', '18'], reads, upstream.scope());
  expect([...found.keys()]).toEqual(['17', '18']);
});

test('R6: ids that a page left out are asked for once more', async () => {
  const read = await reader((filter, response) => answer(response, 200, { value: machinesIn(filter).slice(0, 12) }));
  expect((await read(ids(36))).found).toEqual(ids(36));
});

test('R7: a list of ids whose URL is too long, which IIS answers with a 404 page, is halved', async () => {
  const read = await reader((filter, response) => {
    if (filter.length < 1200) return give(filter, response);
    response
      .writeHead(404, { 'content-type': 'text/html' })
      .end('<html><title>404 - File or directory not found.</title></html>');
  });
  const { found, requests } = await read(ids(36));
  expect(found).toEqual(ids(36));
  expect(requests.filter((request) => request.startsWith('/api/machines?'))).toHaveLength(3);
});
