import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { Fact } from '../microsoft/operation.ts';
import type { CallScope } from '../scope.ts';
import { call } from '../upstream/call.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';
import { type PageText, readPageText } from './page-text.ts';
import { createSeenRows } from './seen-rows.ts';
import { rowsOf, unreadable, type WireRows } from './wire-rows.ts';

/**
 * Rows of a page: some 5 MB of JSON, which is held while they are given. Microsoft's own 50,000 would be more than one answer may
 * be (`limits.answerBytes`); 1,000,000 rows are 200 calls of the 1,000 an hour.
 */
const pageSize = 5000;

/** Rows that are given at once: what is made of few of them is forgotten before it is old. */
const atOnce = 20;

/** Pages in a row without a new row after which the list is given up. */
const mostBarren = 10;

/**
 * An assessment page by page. Links are followed to the tenant's own API alone, none twice. `$top` is never sent, as it ends the
 * paging. A page that came before, under whatever link, is not given again. Calls: 1 for 5,000 rows.
 */
export async function* pagesForm(
  { send }: { readonly send: Send },
  fact: Fact<string>,
  { tenant, sinceTime }: { readonly tenant: Tenant; readonly sinceTime: string | null },
  scope: CallScope,
): WireRows {
  const query = { pageSize, ...(sinceTime !== null && { sinceTime }) };
  const operation: Operation<PageText> = { ...call(fact, {}, { parse: readPageText }, { query }), readsBytes: true };
  const followed = new Set<string>();
  const seen = createSeenRows();
  let unread = 0;
  let barren = 0;
  for (let answer = await send(tenant, operation, scope); ; ) {
    const { rows: count, row, bytes, nextLink, release } = answer;
    const isKnown = seen.repeats(count, bytes);
    try {
      for (let at = 0; at < count && !isKnown; at += atOnce) {
        const texts = Array.from({ length: Math.min(atOnce, count - at) }, (_, place) => row(at + place));
        const read = rowsOf(texts);
        unread += read.unread;
        if (read.rows.length > 0) yield read.rows;
      }
    } finally {
      release();
    }
    if (nextLink === null) break;
    barren = count === 0 || isKnown ? barren + 1 : 0;
    if (followed.has(nextLink) || barren > mostBarren) {
      throw new UpstreamError(
        'UPSTREAM_REJECTED',
        `Defender for Endpoint gives the same page of ${fact.id} again and again, or empty ones: rows behind it are missing`,
        { tenant: tenant.name, api: 'mde' },
      );
    }
    followed.add(nextLink);
    answer = await send.follow(tenant, operation, nextLink, scope);
  }
  if (unread > 0) throw unreadable(tenant.name, unread);
}
