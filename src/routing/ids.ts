import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { type Condition, eqChain, inList } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';
import { readEach } from './each.ts';

/** How one kind of entity is read by id from MDE. */
export interface IdReads<W> {
  readonly list: (filter: string, top: number) => Operation<Page<W>>;
  readonly single: (id: string) => Operation<W | null>;
  readonly idOf: (wire: W) => string;
  /** Ids that can stand in a filter; any other (a machine's DNS name) is read alone. */
  readonly filterable: RegExp;
}

/** A form of `$filter` for many ids, and how many of them it takes. */
interface Form {
  readonly condition: (ids: readonly string[]) => Condition;
  readonly maxIds: number;
}

/** `a eq 'x' or ...` has four nodes an id; ASP.NET's OData takes 100 nodes a filter unless it is told otherwise. */
const chainIds = 20;

/**
 * Entities of MDE by id. No page says whether `in` or long filters are taken; Microsoft's own triage client sends
 * `id in ("a","b")`. So that form first, a chain of `eq ... or` where it is refused with 400, single reads last; a filter
 * that grew too long is halved. Which form works is remembered for each tenant and kind.
 *
 * Upstream calls at 50 ids a call: 1 key 1, 100 keys 2, 10,000 keys 200.
 */
export const createIdReader = ({ send, idsPerCall }: { readonly send: Send; readonly idsPerCall: number }) => {
  const forms: readonly Form[] = [
    { condition: (ids) => inList('id', ids), maxIds: idsPerCall },
    { condition: (ids) => eqChain('id', ids), maxIds: Math.min(chainIds, idsPerCall) },
  ];
  /** The first form not yet refused, by tenant and kind; beyond the last one stands the single read. */
  const formOf = new Map<string, number>();
  const proven = new Set<string>();

  return async <W>(
    tenant: Tenant,
    ids: readonly string[],
    reads: IdReads<W>,
    scope: CallScope,
  ): Promise<ReadonlyMap<string, W | Error>> => {
    const readSingly = (some: readonly string[]) => readEach(some, (id) => send(tenant, reads.single(id), scope));
    if (ids.length === 1) return readSingly(ids);

    const kind = `${tenant.name}\n${reads.list('', 1).id}`;
    const together = ids.filter((id) => reads.filterable.test(id));
    const found = new Map(await readSingly(ids.filter((id) => !reads.filterable.test(id))));

    const readChunk = async (chunk: readonly string[], index: number, form: Form): Promise<void> => {
      const asked = new Map(chunk.map((id) => [id.toLowerCase(), id]));
      try {
        const page = await send(tenant, reads.list(form.condition(chunk).text, chunk.length), scope);
        proven.add(`${kind}\n${index}`);
        for (const wire of page.items) {
          // An API that overlooks the filter answers with anything: only what was asked for counts.
          const id = asked.get(reads.idOf(wire).toLowerCase());
          if (id !== undefined) found.set(id, wire);
        }
      } catch (error) {
        const status = error instanceof UpstreamError ? error.details.upstreamStatus : undefined;
        const tooLong = status === 414 || status === 431 || (status === 400 && proven.has(`${kind}\n${index}`));
        if (tooLong && chunk.length > 1) {
          const middle = Math.ceil(chunk.length / 2);
          await Promise.all([
            readChunk(chunk.slice(0, middle), index, form),
            readChunk(chunk.slice(middle), index, form),
          ]);
        } else if (status === 400 || tooLong) {
          formOf.set(kind, Math.max(formOf.get(kind) ?? 0, index + 1));
          await readAll(chunk);
        } else throw error;
      }
    };

    const readAll = async (some: readonly string[]): Promise<void> => {
      const index = formOf.get(kind) ?? 0;
      const form = forms[index];
      if (form === undefined || some.length === 1) {
        for (const [id, wire] of await readSingly(some)) found.set(id, wire);
        return;
      }
      await Promise.all(chunked(some, form.maxIds).map((chunk) => readChunk(chunk, index, form)));
    };

    if (together.length > 0) await readAll(together);
    return found;
  };
};

/** The items in groups of `size`, the last one smaller. */
export const chunked = <T>(items: readonly T[], size: number): T[][] => {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
};
