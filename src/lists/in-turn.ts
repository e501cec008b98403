import { createAnswer } from './answer.ts';
import type { Connection } from './connection.ts';
import type { ListQuestion } from './question.ts';

/** Tenants that are opened at once, at most. */
const mostAtOnce = 16;

/**
 * Lists without an order, tenant by tenant by name. The first is opened alone; while the page is not full the next ones are,
 * each time twice as many at once. Tenants that no row is wanted of are not asked: then there may be more.
 *
 * Upstream calls: one a tenant that is opened, and one for each further page of rows.
 */
export const inTurnConnection = async <F, T>(asked: ListQuestion<F, T>): Promise<Connection<T>> => {
  const answer = createAnswer(asked);
  const waiting = [...answer.tenants];
  for (let atOnce = 1; waiting.length > 0 && answer.wanted() > 0; atOnce = Math.min(2 * atOnce, mostAtOnce)) {
    const top = answer.wanted() + 1;
    const opened = await Promise.all(waiting.splice(0, atOnce).map((tenant) => answer.open(tenant, top)));
    for (const stream of opened) {
      if (stream === null) continue;
      while (answer.wanted() > 0) {
        const next = answer.next(stream, answer.wanted() + 1);
        const head = next instanceof Promise ? await next : next;
        if (head === null) break;
        answer.take(stream, head.row);
      }
    }
  }
  return answer.connection(waiting.length > 0);
};
