import { describe, expect, test } from 'vitest';
import { inTurnConnection } from '../../../src/lists/in-turn.ts';
import { mergedConnection } from '../../../src/lists/merged.ts';
import type { OpenRows } from '../../../src/routing/opened-list.ts';
import {
  type Estate,
  openOver,
  openUnordered,
  questionAbout,
  type Row,
  rowsOf,
  tenantsNamed,
} from '../../property/lists/rows.ts';

const names = ['a', 'b'];
const estate: Estate = new Map(
  names.map((name) => [name, [1, 2].map((day) => ({ id: `${name}${day}`, at: `2026-01-0${day}T00:00:00Z` }))]),
);
const says = 'Microsoft repeats itself instead of going on';

const lists: readonly (readonly [string, typeof mergedConnection<object, Row>, OpenRows<object, Row>])[] = [
  ['newest first', mergedConnection, openOver(estate)],
  ['without an order', inTurnConnection, openUnordered(estate)],
];

describe.each(lists)('R2: what a list %s says beside its rows', (_, read, open) => {
  test('is a failure of its tenant, read when the page is done; all rows are kept, and it is no failed answer', async () => {
    let isRead = false;
    const speaking: OpenRows<object, Row> = async (tenant, ...asked) => {
      const opened = await open(tenant, ...asked);
      if (tenant.name !== 'b') return opened;
      const { next } = opened.page;
      const page = {
        ...opened.page,
        next: async () => {
          isRead = true;
          return next === null ? { items: [], offsets: [0], next: null } : next();
        },
      };
      // As routing does: known only once pages were read.
      return { ...opened, page, remark: () => (isRead ? says : undefined) };
    };
    const answer = await read(questionAbout(tenantsNamed(names), speaking, { first: 50, after: null }));
    expect(
      rowsOf([answer])
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a1', 'a2', 'b1', 'b2']);
    expect(answer.failures.map(({ tenant, error }) => [tenant.name, error.code, error.message])).toEqual([
      ['b', 'UPSTREAM_REJECTED', says],
    ]);
    expect(answer.unanswered).toBeUndefined();
  });
});
