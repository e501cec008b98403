import type { Tenant } from '../config/tenants.ts';
import { createAnswer } from './answer.ts';
import type { Connection } from './connection.ts';
import { createListSizes, type ListSizes, readerOf } from './list-sizes.ts';
import type { ListQuestion } from './question.ts';
import { shareOf, topFor } from './share.ts';
import type { TenantStream } from './tenant-stream.ts';

/**
 * How many times as many tenants are opened at once as were opened before, at most: those to come may have far more rows. Each
 * further time is a wait more: of 200 tenants the last is opened with the third. Beyond `cautious` they take a part of the calls
 * that the request has left.
 */
const growth = { most: 16, cautious: 4, callsLeft: 1 / 4 } as const;

/** How many more tenants are opened than would fill the page, if they had as many rows as those before them. */
const reserve = 1.2;

/** How much more than its part of the page a tenant is asked for that is opened before its turn: some have more, some less. */
const askedBy = (part: number): number => 2 * part;

/** How long a tenant is waited for before the next ones are opened beside it: their waits pass together then. */
const patienceMs = 3000;

/** A tenant that was opened, and how many rows it was asked for. */
interface Opened<T> {
  readonly stream: TenantStream<T> | null;
  readonly top: number;
}

/**
 * Lists without an order, tenant by tenant by name. As many are opened at once as filled such a page before; where that is not known
 * the first alone, and while those that are opened do not fill the page the next ones, at once: as many as would fill it, each for
 * its share, and so they are while one is late. What they go on with is read while the rows before it are taken. Tenants that no
 * row is wanted of are not asked, or not waited for: then there may be more.
 *
 * Upstream calls: one a tenant that is opened, and one for each further page of rows. Rounds of them, one after another, of 200
 * tenants that do not fill the page: three, and one for the ends of the last ones; when their sizes are known one, and that.
 */
export const inTurnConnection = async <F, T>(
  asked: ListQuestion<F, T>,
  sizes: ListSizes = createListSizes(),
): Promise<Connection<T>> => {
  const answer = createAnswer(asked);
  const { tenants } = answer;
  const reader = readerOf(asked);
  /** Rows that a tenant has left, by what it had before; `undefined`: nobody knows. */
  const expected = (tenant: Tenant): number | undefined => {
    const size = sizes.of(reader, tenant.name);
    return size === undefined ? undefined : Math.max(0, size - answer.passed(tenant));
  };
  const openings: Promise<TenantStream<T> | null>[] = [];
  const opened = new Map<number, Opened<T>>();
  let rowsFound = 0;
  let at = 0;
  let isOver = false;

  const open = async (index: number, top: number): Promise<TenantStream<T> | null> => {
    const tenant = tenants[index];
    const stream = tenant === undefined ? null : await answer.open(tenant, top);
    opened.set(index, { stream, top });
    rowsFound += stream?.atHand() ?? 0;
    lookAhead();
    return stream;
  };

  /** Where tenants end that have so many rows together, as far as their sizes are known. */
  const knownToFill = (rows: number, from: number, callsLeft: number): { end: number; isFull: boolean } => {
    let found = 0;
    let end = from;
    for (; found < rows && end < tenants.length && end - from < callsLeft; end += 1) {
      const tenant = tenants[end];
      const size = tenant === undefined ? undefined : expected(tenant);
      if (size === undefined) break;
      found += size;
    }
    return { end, isFull: found >= rows };
  };

  /** `rows`: wanted beyond those of the tenants that are opened. */
  const openMore = (rows: number): void => {
    const from = openings.length;
    const needed = rowsFound === 0 ? Number.POSITIVE_INFINITY : Math.ceil((reserve * rows * opened.size) / rowsFound);
    const callsLeft = asked.scope.left?.() ?? Number.POSITIVE_INFINITY;
    const risked = Math.floor(callsLeft * growth.callsLeft);
    const most = Math.max(1, from * growth.cautious, Math.min(from * growth.most, risked));
    const known = knownToFill(rows, from, callsLeft);
    const end = known.isFull ? known.end : Math.max(known.end, Math.min(tenants.length, from + Math.min(needed, most)));
    const share = shareOf(rows, end - from, askedBy);
    for (const [behind, tenant] of tenants.slice(from, end).entries()) {
      const size = expected(tenant);
      const top = size === undefined ? share : Math.min(rows + 1, Math.max(share, topFor(size)));
      // All of them may be of the next one; whether the others are wanted depends on it.
      const opening = open(from + behind, behind === 0 ? rows + 1 : top);
      // The page may be full before anybody waits for it.
      opening.catch(() => {});
      openings.push(opening);
    }
  };

  /** Reads on in tenants whose rows will be used up, and opens more where all of them would be. */
  const lookAhead = (): void => {
    if (isOver) return;
    const wanted = answer.wanted();
    let rows = 0;
    for (let index = at; index < openings.length; index += 1) {
      const found = opened.get(index);
      // What those behind it are asked for depends on what it has.
      if (found === undefined) return;
      const { stream, top } = found;
      const here = stream?.atHand() ?? 0;
      if (rows + here < wanted) stream?.readAhead(wanted - rows - here + 1);
      // One that has all that it was asked for may have as much again.
      rows += here < top ? here : 2 * here;
    }
    if (rows < wanted) openMore(wanted - rows);
  };

  const openMoreWhileLate = async (over: AbortSignal): Promise<void> => {
    while (openings.length < tenants.length) {
      await asked.clock.sleep(patienceMs, over);
      openMore(answer.wanted());
    }
  };

  const nextOpened = async (): Promise<TenantStream<T> | null> => {
    if (at === openings.length) openMore(answer.wanted());
    const over = new AbortController();
    openMoreWhileLate(over.signal).catch(() => {});
    try {
      return (await openings[at]) ?? null;
    } finally {
      over.abort();
    }
  };

  try {
    for (; at < tenants.length && answer.wanted() > 0; at += 1) {
      const stream = await nextOpened();
      const before = answer.wanted();
      while (stream !== null && answer.wanted() > 0) {
        const next = answer.next(stream, answer.wanted() + 1);
        const head = next instanceof Promise ? await next : next;
        if (head === null) break;
        answer.take(stream, head.row);
      }
      if (stream !== null && answer.passed(stream.tenant) === 0)
        sizes.note(reader, stream.tenant.name, before - answer.wanted() + stream.atHand());
    }
  } finally {
    isOver = true;
  }
  return answer.connection(at < tenants.length);
};
