import { expect, test } from 'vitest';
import { readPageText } from '../../../src/exports/page-text.ts';
import { pagesForm } from '../../../src/exports/pages-form.ts';
import { createSeenRows } from '../../../src/exports/seen-rows.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import type { Operation } from '../../../src/upstream/http/operation.ts';
import type { Send } from '../../../src/upstream/http/send.ts';
import { createManualClock, createTestScope, tenantNamed } from '../actions/support.ts';

const ids = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `m${from + index}`);

/** Gives pages by their number, each with a link of its own while `hasMore` says so. */
const read = async (pageAt: (page: number) => readonly string[], hasMore: (page: number) => boolean) => {
  let asked = 0;
  const answer = async <T>(_tenant: unknown, { parse }: Operation<T>): Promise<T> => {
    const page = asked;
    asked += 1;
    const value = pageAt(page).map((deviceId) => ({ deviceId }));
    const link = hasMore(page) ? { '@odata.nextLink': `https://api.example/x?$skiptoken=${page}` } : {};
    return parse(Buffer.from(JSON.stringify({ value, ...link })));
  };
  const send: Send = Object.assign(answer, {
    follow: <T>(tenant: unknown, operation: Operation<T>) => answer(tenant, operation),
  });
  const given: unknown[] = [];
  let fault: unknown = null;
  try {
    const where = { tenant: tenantNamed('alpha'), sinceTime: null };
    const { scope } = createTestScope(createManualClock());
    for await (const rows of pagesForm({ send }, mde.exportCertificates, where, scope))
      given.push(...rows.map(({ deviceId }) => deviceId));
  } catch (thrown) {
    fault = thrown;
  }
  return { given, fault, asked };
};

test.each([
  ['the same page', () => ids(0, 50)],
  ['two pages in turn', (page: number) => ids((page % 2) * 50, 50)],
  ['its rows from another place on', (page: number) => [...ids(page % 50, 50 - (page % 50)), ...ids(0, page % 50)]],
] as const)('R2: %s under links that change ends, each row once, and is told', async (_, pageAt) => {
  const { given, fault, asked } = await read(pageAt, () => true);
  expect(fault).toMatchObject({ code: 'UPSTREAM_REJECTED', message: expect.stringContaining('again and again') });
  expect(new Set(given).size).toBe(given.length);
  expect(asked).toBeLessThan(20);
});

test('R2: pages that overlap, or come once more on the way, end as they should', async () => {
  const pages = [ids(0, 50), ids(0, 50), ids(25, 50), ids(75, 50)];
  const { given, fault, asked } = await read(
    (page) => pages[page] ?? [],
    (page) => page < 3,
  );
  expect([fault, asked, new Set(given).size]).toEqual([null, 4, 125]);
});

test('R2: few rows are never taken for rows that came before', () => {
  const rows = (...texts: readonly string[]) => readPageText(Buffer.from(JSON.stringify({ value: texts })));
  const seen = createSeenRows();
  const page = rows(...ids(0, 1000));
  expect(seen.repeats(page.rows, page.bytes)).toBe(false);
  const few = rows('m0');
  expect(seen.repeats(few.rows, few.bytes)).toBe(false);
  expect(seen.repeats(page.rows, page.bytes)).toBe(true);
});
