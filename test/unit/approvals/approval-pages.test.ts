import { describe, expect, test } from 'vitest';
import type { Approvals } from '../../../src/approvals/approvals.ts';
import { listOfTenant } from '../../../src/approvals/index-entry.ts';
import type { ApprovalState } from '../../../src/approvals/record.ts';
import { namespaces } from '../../../src/store/namespaces.ts';
import type { SpaceOptions } from '../../../src/store/space.ts';
import type { Store } from '../../../src/store/store.ts';
import { callerNamed, tenantNamed } from '../actions/support.ts';
import { actionIn, createHarness, type HarnessOptions, ownedKey } from './approvals-support.ts';

const asker = callerNamed('asker');
const approver = ownedKey('approver');
const [contoso, fabrikam] = ['contoso', 'fabrikam'].map(tenantNamed);
if (contoso === undefined || fabrikam === undefined) throw new Error('There are two tenants');
const wide = { openPerCaller: 10_000, openPerTenant: 10_000, requestsPerDay: 10_000, inputCharacters: 2_000_000 };

/** A store that counts the values that are read of each of its parts. */
const counting = () => {
  const reads = new Map<string, number>();
  const wrap = (store: Store): Store => ({
    ...store,
    space: <T>(name: string, options?: SpaceOptions) => {
      const space = store.space<T>(name, options);
      return {
        ...space,
        get: (key: string) => {
          reads.set(name, (reads.get(name) ?? 0) + 1);
          return space.get(key);
        },
      };
    },
  });
  return { reads, wrap };
};

const setUp = (options: HarnessOptions = {}) => createHarness({ limits: wide, ...options });

/** Asks so often, a second apart, in each tenant in turn; the ids, newest first. */
const askOften = async (
  { approvals, scope, clock }: Awaited<ReturnType<typeof setUp>>,
  times: number,
  { characters = 10, tenants = ['contoso'] } = {},
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < times; index += 1) {
    const tenant = tenants[index % tenants.length] ?? 'contoso';
    const { approval } = await approvals.request(asker, { action: actionIn(tenant, 'x'.repeat(characters)) }, scope);
    ids.unshift(approval?.approvalId ?? '');
    await clock.advance(1000);
  }
  return ids;
};

const idsOf = ({ rows }: Awaited<ReturnType<Approvals['page']>>): readonly string[] =>
  rows.map(({ row }) => row.approvalId);

describe('X3: the list is an index, and its pages alone are read', () => {
  test('X3: 80 large approvals, under 30 aliases: one is read for each, and none for callers of another tenant', async () => {
    const { reads, wrap } = counting();
    const harness = await setUp({ store: wrap });
    const ids = await askOften(harness, 80, { characters: 100_000 });
    reads.clear();
    const question = { states: null, first: 1, below: null };
    const pages = await Promise.all(
      Array.from({ length: 30 }, () => harness.approvals.page(approver, [contoso], question)),
    );
    expect(pages.map(idsOf)).toEqual(Array.from({ length: 30 }, () => [ids[0]]));
    expect(pages[0]).toMatchObject({ hasMore: true, total: 80, truncation: null });
    expect(reads.get('approval')).toBe(30);
    reads.clear();
    await Promise.all(Array.from({ length: 30 }, () => harness.approvals.page(approver, [fabrikam], question)));
    expect(reads.get('approval')).toBeUndefined();
  });

  test('X3: a page ends early when its rows are large, and the next goes on', async () => {
    const harness = await setUp();
    const ids = await askOften(harness, 5, { characters: 600_000 });
    const first = await harness.approvals.page(approver, [contoso], { states: null, first: 50, below: null });
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first.hasMore).toBe(true);
    const second = await harness.approvals.page(approver, [contoso], { states: null, first: 50, below: first.end });
    expect(idsOf(second)).toEqual(ids.slice(2, 4));
  });

  test('X3: states that cannot be are not looked for: what waits is no older than a request stands', async () => {
    const { reads, wrap } = counting();
    const harness = await setUp({ store: wrap });
    await askOften(harness, 30);
    await harness.clock.advance(25 * 3_600_000);
    const [waits] = await askOften(harness, 1);
    reads.clear();
    const page = await harness.approvals.page(approver, [contoso], { states: ['PENDING'], first: 50, below: null });
    expect(idsOf(page)).toEqual([waits]);
    expect(page).toMatchObject({ hasMore: false, total: 1 });
    expect(reads.get('approval')).toBe(1);
  });
});

/** Walks the pages to their end; `between` is what happens after each. */
const walk = async (
  { approvals }: Pick<Awaited<ReturnType<typeof setUp>>, 'approvals'>,
  states: readonly ApprovalState[] | null,
  first: number,
  between: (page: number) => Promise<unknown>,
): Promise<readonly string[]> => {
  const found: string[] = [];
  let below: string | null = null;
  for (let page = 0; page < 100; page += 1) {
    const answer = await approvals.page(approver, [contoso, fabrikam], { states, first, below });
    found.push(...idsOf(answer));
    if (!answer.hasMore) return found;
    below = answer.end;
    await between(page);
  }
  throw new Error('The pages do not end');
};

describe('X3: pages lose nothing and repeat nothing', () => {
  test.each([1, 3, 4, 50])(
    'X3: of %s rows, over two tenants, while approvals are asked for and decided',
    async (first) => {
      const harness = await setUp();
      const { approvals, scope } = harness;
      const ids = await askOften(harness, 11, { tenants: ['contoso', 'fabrikam', 'contoso'] });
      const undecided = [...ids];
      const between = async (page: number) => {
        await approvals.approve(approver, { approvalId: undecided.shift() ?? '' }, scope);
        if (page % 2 === 0) await askOften(harness, 1);
      };
      expect(await walk(harness, null, first, between)).toEqual(ids);
    },
  );

  test('X3: of one state: what leaves it behind the page is missed by nobody else', async () => {
    const harness = await setUp();
    const { approvals, scope } = harness;
    const ids = await askOften(harness, 9);
    // One that was shown is decided after each page; all the others still wait.
    const found = await walk(harness, ['PENDING'], 2, (page) =>
      approvals.reject(approver, { approvalId: ids[page * 2] ?? '' }, scope),
    );
    expect(found).toEqual(ids);
    expect((await walk(harness, ['REJECTED'], 2, async () => {})).length).toBe(4);
  });

  test('X3: who may not decide sees their own alone', async () => {
    const harness = await setUp();
    const ids = await askOften(harness, 2);
    const plain = (name: string) => callerNamed(name, ['tenant:read', 'machine:isolate', 'machine:read']);
    const question = { states: null, first: 50, below: null };
    expect(idsOf(await harness.approvals.page(plain('asker'), [contoso], question))).toEqual(ids);
    const other = await harness.approvals.page(plain('approver'), [contoso], question);
    expect(other).toMatchObject({ rows: [], total: 0 });
  });

  test.each([
    ['a later', 1],
    ['an earlier', -1],
  ])('X3: what %s version stored is left alone, and its absence is told', async (_name, by) => {
    const harness = await setUp();
    const ids = await askOften(harness, 3);
    const other = { v: namespaces.approval.guards.version + by, value: { form: 'another' } };
    await harness.store.space<unknown>('approval', { encrypted: true }).set(ids[1] ?? '', other);
    const page = await harness.approvals.page(approver, [contoso], { states: null, first: 50, below: null });
    expect(idsOf(page)).toEqual([ids[0], ids[2]]);
    expect(page.truncation).toContain(
      'stored by another version of the gateway or under another encryptionKey, and left as they are: 1',
    );
    await expect(
      harness.approvals.approve(approver, { approvalId: ids[1] ?? '' }, harness.scope),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('another version of the gateway'),
    });
    expect(harness.performed).toEqual([]);
    expect(await harness.store.space<unknown>('approval', { encrypted: true }).get(ids[1] ?? '')).toEqual(other);
  });

  test('X6: a row of the list that another version wrote is left alone, and the rows behind it come', async () => {
    const harness = await setUp();
    const ids = await askOften(harness, 3);
    const index = harness.store.sorted('approval-index', namespaces['approval-index']);
    await index.add(listOfTenant(contoso.name, contoso.tenantId), '9999/of a later version');
    const page = await harness.approvals.page(approver, [contoso], { states: null, first: 50, below: null });
    expect(idsOf(page)).toEqual(ids);
    expect(page.truncation).toContain(
      'stored by another version of the gateway or under another encryptionKey, and left as they are: 1',
    );
  });
});
