import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';

/** Pages of one sub-collection that are followed: more would take a request's whole budget. */
const maxPages = 10;

/**
 * A collection that takes no options (a machine's alerts, the machines with a tag), whole: every link is followed, none twice,
 * and no id is given twice. Calls: one, and one a link. Throws `UPSTREAM_REJECTED` when there is more than ten pages, or a
 * link that leads back: part of the rows must not pass for all of them.
 */
export const readWhole = async <W>(
  send: Send,
  tenant: Tenant,
  operation: Operation<Page<W>>,
  idOf: (wire: W) => string,
  scope: CallScope,
): Promise<readonly W[]> => followRest(send, tenant, operation, await send(tenant, operation, scope), idOf, scope);

/** The rows of a page at hand, and of every page behind it. As `readWhole`, but for the first call. */
export const followRest = async <W>(
  send: Send,
  tenant: Tenant,
  operation: Operation<Page<W>>,
  first: Page<W>,
  idOf: (wire: W) => string,
  scope: CallScope,
): Promise<readonly W[]> => {
  const found = new Map<string, W>();
  const visited = new Set<string>();
  for (let page = first; ; ) {
    for (const item of page.items) if (!found.has(idOf(item))) found.set(idOf(item), item);
    const { nextLink } = page;
    if (nextLink === null) return [...found.values()];
    if (visited.has(nextLink) || visited.size >= maxPages) {
      const why = visited.has(nextLink) ? 'repeats itself' : `has more than ${maxPages} pages`;
      throw new UpstreamError('UPSTREAM_REJECTED', `${operation.id} ${why}; what came of it is not all there is`, {
        tenant: tenant.name,
        api: operation.api,
      });
    }
    visited.add(nextLink);
    page = await send.follow(tenant, operation, nextLink, scope);
  }
};
