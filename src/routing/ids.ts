import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { type Condition, eqChain, inList, inQuotedList } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { urlOf } from '../upstream/http/url.ts';
import { readEach } from './each.ts';
import type { FactPlace } from './learned.ts';
import type { RoutingParts } from './parts.ts';

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
export const chainIds = 20;

/** IIS takes 2,048 bytes of query unless it is told otherwise. */
const maxUrlBytes = 2000;

/** How often ids that a page left out are asked for again, as long as that brings any: pages of two rows for 200 ids. */
const maxRounds = 100;

const statusOf = (error: unknown): number | undefined =>
  error instanceof UpstreamError ? error.details.upstreamStatus : undefined;

/**
 * Entities of MDE by id. No page says whether `in` or long filters are taken; Microsoft's own triage client sends
 * `id in ("a","b")`. So the forms are tried in order: `in` with double quotes, with single quotes, a chain of `eq ... or`,
 * single reads. A form is left for the next when it is refused with 400, or when it answered with nothing and has not yet
 * brought an id that was asked for; a filter that is too long is halved. What works is remembered for each tenant and kind for
 * some minutes. Ids that a page left out are asked for once more.
 *
 * Upstream calls at ids of 40 digits (39 fit into a URL): 1 key 1, 100 keys 3, 10,000 keys 257; ids that do not exist cost one
 * call more in all.
 */
export const createIdReader = ({
  send,
  learned,
  idsPerCall,
}: Pick<RoutingParts, 'send' | 'learned'> & { readonly idsPerCall: number }) => {
  const forms: readonly Form[] = [
    { condition: (ids) => inList('id', ids), maxIds: idsPerCall },
    { condition: (ids) => inQuotedList('id', ids), maxIds: idsPerCall },
    { condition: (ids) => eqChain('id', ids), maxIds: Math.min(chainIds, idsPerCall) },
  ];

  return async <W>(
    tenant: Tenant,
    ids: readonly string[],
    reads: IdReads<W>,
    scope: CallScope,
  ): Promise<ReadonlyMap<string, W | Error>> => {
    const readSingly = (some: readonly string[]) => readEach(some, (id) => send(tenant, reads.single(id), scope));
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return readSingly(ids);

    const { id: operation, api } = reads.list('', 1);
    const fact = (name: string, of = ''): FactPlace => ({ tenant, api, operation, fact: name, of });
    const firstForm = (): number => Number(learned.recall(fact('idForm')) ?? 0);
    const isProven = (index: number): boolean => learned.recall(fact('provenIdForm', String(index))) !== undefined;

    const found = new Map(await readSingly(ids.filter((id) => !reads.filterable.test(id))));

    /** As many ids as a form takes at once and a URL holds. */
    const chunksOf = (some: readonly string[], { condition, maxIds }: Form): string[][] => {
      const bytes = (chunk: readonly string[]): number =>
        urlOf('', reads.list(condition(chunk).text, chunk.length)).length;
      let size = Math.min(maxIds, some.length);
      while (size > 1 && bytes(some.slice(0, size)) > maxUrlBytes) size -= 1;
      // As equal as can be: a last chunk of one is no list.
      return chunked(some, Math.ceil(some.length / Math.ceil(some.length / size)));
    };

    const readChunk = async (chunk: readonly string[], index: number, form: Form): Promise<void> => {
      const asked = new Map(chunk.map((id) => [id.toLowerCase(), id]));
      let page: Page<W>;
      try {
        page = await send(tenant, reads.list(form.condition(chunk).text, chunk.length), scope);
      } catch (error) {
        const status = statusOf(error);
        const isTooLong = status === 414 || status === 431 || (status === 400 && isProven(index));
        if (isTooLong && chunk.length > 1) {
          const halves = chunked(chunk, Math.ceil(chunk.length / 2));
          await Promise.all(halves.map((half) => readChunk(half, index, form)));
          return;
        }
        if (status !== 400 && !isTooLong) throw error;
        // One id that is refused alone says nothing about the form.
        if (chunk.length > 1) learned.note(fact('idForm'), String(Math.max(firstForm(), index + 1)));
        await readBy(chunk, index + 1);
        return;
      }
      let brought = 0;
      for (const wire of page.items) {
        // An API that overlooks the filter answers with anything: only what was asked for counts.
        const id = asked.get(reads.idOf(wire).toLowerCase());
        if (id === undefined) continue;
        found.set(id, wire);
        brought += 1;
      }
      if (brought > 0) learned.note(fact('provenIdForm', String(index)), 'yes');
      else if (!isProven(index)) await readBy(chunk, index + 1);
    };

    const readBy = async (some: readonly string[], index: number): Promise<void> => {
      const form = forms[index];
      if (form === undefined || some.length === 1) {
        for (const [id, wire] of await readSingly(some)) found.set(id, wire);
        return;
      }
      const [first = [], ...rest] = chunksOf(some, form);
      if (isProven(index)) {
        await Promise.all([first, ...rest].map((chunk) => readChunk(chunk, index, form)));
        return;
      }
      // A form that may be refused is tried once, not once a chunk.
      await readChunk(first, index, form);
      // The form before this one answered with nothing, this one with what was asked for.
      if (index > firstForm() && isProven(index) && !isProven(index - 1)) learned.note(fact('idForm'), String(index));
      if (rest.length > 0) await readBy(rest.flat(), Math.max(index, firstForm()));
    };

    const missing = (): string[] => ids.filter((id) => reads.filterable.test(id) && !found.has(id));
    for (let left = missing(), round = 0; left.length > 0 && round < maxRounds; round += 1) {
      await readBy(left, firstForm());
      const still = missing();
      const isDone = round > 0 || firstForm() >= forms.length || still.length === ids.length;
      if (isDone && still.length === left.length) break;
      left = still;
    }
    return found;
  };
};

/** The items in groups of `size`, the last one smaller. */
export const chunked = <T>(items: readonly T[], size: number): T[][] => {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
};
