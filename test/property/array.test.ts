import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionOfArray } from '../../src/lists/array.ts';
import { createCursors } from '../../src/lists/cursor.ts';

const cursors = createCursors(new Uint8Array(32));

const pageOf = (rows: readonly string[], first: number, after: string | null) =>
  connectionOfArray(rows, { page: { first, after }, cursors, question: () => 'q', idOf: (row) => row, tenants: [] });

const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 40 });

test('R2: rows at hand that come and go between pages: none twice, none that stayed is lost', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 7 }), fc.array(fc.nat({ max: 100 })), (rows, first, places) => {
      let now = [...rows];
      const changes = [...places];
      const seen: string[] = [];
      let added = 0;
      for (let after: string | null = null; ; ) {
        const page = pageOf(now, first, after);
        seen.push(...page.items.map(({ node }) => node));
        if (!page.hasNextPage) break;
        after = page.endCursor();
        // One row goes, up to four of those that a cursor names, and one comes at the top.
        const gone = changes.pop();
        if (gone !== undefined && now.length > 0) now = now.toSpliced(gone % now.length, 1);
        added += 1;
        if (changes.length % 2 === 0) now = [`NEW${added}`, ...now];
      }
      expect(seen).toHaveLength(new Set(seen).size);
      expect(rows.filter((row) => now.includes(row) && !seen.includes(row))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('R2: the cursor of any row leads on to the rows behind it', () => {
  fc.assert(
    fc.property(ids, (rows) => {
      for (const [index, { cursor }] of pageOf(rows, 100, null).items.entries()) {
        expect(pageOf(rows, 100, cursor()).items.map(({ node }) => node)).toEqual(rows.slice(index + 1));
      }
    }),
  );
});
