import type { Tenant } from '../config/tenants.ts';
import { createAnswer } from './answer.ts';
import { byKey } from './arranged.ts';
import type { Connection } from './connection.ts';
import { createHeap } from './heap.ts';
import { createListSizes, type ListSizes, readerOf } from './list-sizes.ts';
import type { ListQuestion } from './question.ts';
import { leastShare, shareOf, topFor } from './share.ts';
import type { Head, TenantStream } from './tenant-stream.ts';

/** Where one tenant stands in the order of all; one a tenant, which is changed while its rows are taken. */
interface Entry<T> {
  readonly stream: TenantStream<T>;
  /** Null: the look for its next row was given up here, and what is older in other tenants has to wait. */
  head: Head<T> | null;
  key: string | null;
  /** Its rows on the page so far. */
  taken: number;
  /** Times that its rows were used up. */
  usedUp: number;
}

/** How much more than its part so far a tenant is asked for each time that its rows are used up again: then it has many. */
const growth = 3;

/** Tenants that are read ahead at the same time: what nobody takes is of the calls of the request all the same. */
const leastAhead = 10;
const partAhead = 1 / 6;

/**
 * A further call costs more than rows do. Few tenants are asked for twice their part; of many, whose rows lie as by chance, each
 * has more than two standard deviations beyond its part once in 30 times.
 */
const fewTenants = 10;
const twice = (part: number): number => 2 * part;
const mostByChance = (part: number): number => part + 2 * Math.sqrt(part);

/** What one is asked for that had so many rows on such a page before, and more behind them. */
const again = (taken: number): number => Math.ceil(taken + Math.sqrt(taken)) + 1;

/**
 * Several tenants' lists as one, newest first, then by tenant. Each tenant is asked for its share at first, all at once: for a few
 * rows more than it had on the first page before, where that is known. It is asked again when its rows are used up: for as large a part of the rows that are still wanted as it has of those on the page, and
 * for a multiple of that the next time. While one is waited for, others whose rows will be used up are asked, too.
 *
 * Upstream calls: one a tenant, and one for each further page of rows.
 */
export const mergedConnection = async <F, T>(
  asked: ListQuestion<F, T>,
  sizes: ListSizes = createListSizes(),
): Promise<Connection<T>> => {
  const answer = createAnswer(asked);
  const { tenants } = answer;
  const heap = createHeap<Entry<T>>((a, b) => {
    const byTime = byKey(a.key, b.key);
    return byTime === 0 ? a.stream.tenant.name < b.stream.tenant.name : byTime < 0;
  });
  const mostAhead = Math.max(leastAhead, Math.ceil(tenants.length * partAhead));
  const share = shareOf(asked.page.first, tenants.length, tenants.length <= fewTenants ? twice : mostByChance);
  const reader = readerOf(asked);
  const shareFor = ({ name }: Tenant): number => {
    const before = asked.page.after === null ? sizes.of(reader, name) : undefined;
    return before === undefined ? share : Math.min(asked.page.first + 1, Math.max(leastShare(tenants.length), before));
  };
  const wanted = ({ taken, usedUp }: Entry<T>): number => {
    const rest = answer.wanted();
    // One that had a few rows more than its share so far is rather lucky than large.
    const part = (taken + share) / (asked.page.first - rest + share * tenants.length);
    return Math.min(rest + 1, Math.ceil(rest * part * growth ** usedUp));
  };

  const opened: Entry<T>[] = [];
  /** Those that have rows at hand. */
  const going = new Set<Entry<T>>();

  /** Reads on, all at once, in tenants whose rows at hand will most likely be used up, too. */
  const readAhead = (): void => {
    const rest = answer.wanted();
    const atHand = [...going].flatMap((entry) => entry.stream.keysAtHand().map((key) => ({ key, entry })));
    // Where those at hand do not fill the page, all of them are taken, and what is behind each is waited for.
    const most = atHand.length <= rest ? Number.POSITIVE_INFINITY : mostAhead;
    let underWay = [...going].filter(({ stream }) => stream.isReadAhead()).length;
    const left = new Map([...going].map((entry) => [entry, entry.stream.atHand()]));
    for (const { entry } of atHand.sort((a, b) => byKey(a.key, b.key)).slice(0, rest)) {
      const { stream } = entry;
      const behind = (left.get(entry) ?? 0) - 1;
      left.set(entry, behind);
      if (behind !== 0 || stream.isReadAhead()) continue;
      if (underWay >= most) break;
      stream.readAhead(Math.max(2, wanted(entry) - stream.atHand()));
      if (stream.isReadAhead()) underWay += 1;
    }
  };

  /** Stands where its next row does, if it has one. */
  const push = (entry: Entry<T>, head: Head<T> | null): void => {
    const { stream } = entry;
    entry.head = head;
    entry.key = head === null ? stream.reached() : head.key;
    if (head === null) going.delete(entry);
    if (head !== null || stream.cut() !== null) heap.push(entry);
  };

  await Promise.all(
    tenants.map(async (tenant) => {
      const top = shareFor(tenant);
      const stream = await answer.open(tenant, top);
      if (stream === null) return;
      const entry: Entry<T> = { stream, head: null, key: null, taken: 0, usedUp: 0 };
      opened.push(entry);
      const head = await answer.next(stream, top);
      going.add(entry);
      push(entry, head);
    }),
  );

  for (let entry = heap.pop(); entry !== undefined && entry.head !== null; entry = heap.pop()) {
    const { stream } = entry;
    entry.taken += 1;
    answer.take(stream, entry.head.row);
    // The last row asked for needs no look at what follows it.
    if (answer.wanted() === 0) break;
    const isWaitedFor = stream.atHand() === 0 && !stream.isReadAhead();
    const next = answer.next(stream, wanted(entry));
    if (!(next instanceof Promise)) {
      push(entry, next);
      continue;
    }
    if (isWaitedFor) readAhead();
    entry.usedUp += 1;
    push(entry, await next);
  }
  for (const { stream, taken } of asked.page.after === null ? opened : [])
    sizes.note(reader, stream.tenant.name, stream.mayHaveMore() ? again(taken) : topFor(taken));
  return answer.connection(false);
};
