import { createAnswer } from './answer.ts';
import type { Connection } from './connection.ts';
import type { ListQuestion } from './question.ts';

/** Tenants that are opened at once, at most. */
const mostAtOnce = 16;

/** How long a tenant is waited for before the next ones are opened beside it: their waits pass together then. */
const patienceMs = 3000;

/**
 * Lists without an order, tenant by tenant by name. The first is opened alone; while the page is not full the next ones are,
 * each time twice as many at once, and so they are while one is late. Tenants that no row is wanted of are not asked, or not
 * waited for: then there may be more.
 *
 * Upstream calls: one a tenant that is opened, and one for each further page of rows.
 */
export const inTurnConnection = async <F, T>(asked: ListQuestion<F, T>): Promise<Connection<T>> => {
  const answer = createAnswer(asked);
  const { tenants } = answer;
  const openings: ReturnType<typeof answer.open>[] = [];
  let atOnce = 1;

  const openMore = (): void => {
    const top = answer.wanted() + 1;
    for (const tenant of tenants.slice(openings.length, openings.length + atOnce)) {
      const opening = answer.open(tenant, top);
      // The page may be full before anybody waits for it.
      opening.catch(() => {});
      openings.push(opening);
    }
    atOnce = Math.min(2 * atOnce, mostAtOnce);
  };

  const openMoreWhileLate = async (over: AbortSignal): Promise<void> => {
    while (openings.length < tenants.length) {
      await asked.clock.sleep(patienceMs, over);
      openMore();
    }
  };

  const opened = async (at: number): ReturnType<typeof answer.open> => {
    if (at === openings.length) openMore();
    const over = new AbortController();
    openMoreWhileLate(over.signal).catch(() => {});
    try {
      return (await openings[at]) ?? null;
    } finally {
      over.abort();
    }
  };

  let at = 0;
  for (; at < tenants.length && answer.wanted() > 0; at += 1) {
    const stream = await opened(at);
    while (stream !== null && answer.wanted() > 0) {
      const next = answer.next(stream, answer.wanted() + 1);
      const head = next instanceof Promise ? await next : next;
      if (head === null) break;
      answer.take(stream, head.row);
    }
  }
  return answer.connection(at < tenants.length);
};
