import { createAnswer } from './answer.ts';
import { byKey } from './arranged.ts';
import type { Connection } from './connection.ts';
import { createHeap } from './heap.ts';
import type { ListQuestion } from './question.ts';
import type { Head, TenantStream } from './stream.ts';

/** Where one tenant stands in the order of all. */
interface Entry<T> {
  readonly stream: TenantStream<T>;
  /** Null: the look for its next row was given up here, and what is older in other tenants has to wait. */
  readonly head: Head<T> | null;
  readonly key: string | null;
  /** Times that its rows were used up. */
  readonly usedUp: number;
}

/** How much more a tenant is asked for each time that its rows are used up again: then it is one that has many. */
const growth = 8;

/** Few tenants are asked for more than their part, since a further call costs more than rows do; many for little more. */
const fewTenants = 10;

/** Rows that all tenants together are asked for at least: so many cost little. */
const rowsThatCostLittle = 1000;

/** Rows that a tenant is asked for at first. */
const shareOf = (first: number, tenants: number): number => {
  const part = Math.ceil(((tenants <= fewTenants ? 2 : 1.2) * first) / tenants);
  const least = Math.min(20, Math.max(2, Math.floor(rowsThatCostLittle / tenants)));
  return Math.min(first + 1, Math.max(least, part));
};

/**
 * Several tenants' lists as one, newest first, then by tenant. Each tenant is asked for its share at first, all at once, and
 * again when its rows are used up: for its part of the rows that are still wanted, and for a multiple of that the next time.
 *
 * Upstream calls: one a tenant, and one for each further page of rows.
 */
export const mergedConnection = async <F, T>(asked: ListQuestion<F, T>): Promise<Connection<T>> => {
  const answer = createAnswer(asked);
  const { tenants } = answer;
  const heap = createHeap<Entry<T>>((a, b) => {
    const byTime = byKey(a.key, b.key);
    return byTime === 0 ? a.stream.tenant.name < b.stream.tenant.name : byTime < 0;
  });
  const share = shareOf(asked.page.first, tenants.length);
  const wanted = (usedUp: number): number => {
    const rest = answer.wanted();
    return Math.min(rest, Math.ceil((rest / tenants.length) * growth ** usedUp)) + 1;
  };

  const push = (stream: TenantStream<T>, head: Head<T> | null, usedUp: number): void => {
    if (head !== null) heap.push({ stream, head, key: head.key, usedUp });
    else if (stream.cut() !== null) heap.push({ stream, head, key: stream.reached(), usedUp });
  };

  await Promise.all(
    tenants.map(async (tenant) => {
      const stream = await answer.open(tenant, share);
      if (stream !== null) push(stream, await answer.next(stream, share), 0);
    }),
  );

  for (let entry = heap.pop(); entry !== undefined && entry.head !== null; entry = heap.pop()) {
    const { stream, usedUp } = entry;
    answer.take(stream, entry.head.row);
    // The last row asked for needs no look at what follows it.
    if (answer.wanted() === 0) break;
    const next = answer.next(stream, wanted(usedUp));
    if (next instanceof Promise) push(stream, await next, usedUp + 1);
    else push(stream, next, usedUp);
  }
  return answer.connection(false);
};
