import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page, Together } from '../upstream/http/operation.ts';
import { urlOf } from '../upstream/http/url.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { readEach } from './each-id.ts';
import { createFormedReader, type FormedRead, takesMany } from './filter-forms.ts';
import { manyCalls, readOfList } from './ids-in-list.ts';
import type { FactPlace } from './learned.ts';
import { isRefused } from './taken-conditions.ts';

/** How one kind of entity is read by id from MDE. */
export interface IdReads<W> {
  readonly list: (filter: string, top: number) => Operation<Page<W>>;
  readonly single: (id: string) => Operation<W | null>;
  /** The same in another form, for a service that refuses the first; `null`: there is none. */
  readonly otherwise?: (id: string) => Operation<W | null> | null;
  /** Some APIs send ids as numbers. */
  readonly idOf: (wire: W) => string | number;
  /** Ids that can stand in a filter; any other (a machine's DNS name) is read alone. */
  readonly filterable: RegExp;
  /** The property that has the id, where it is not `id`. */
  readonly property?: string;
  /** What is asked for alone goes with what others ask for at the same time; absent: it does not. */
  readonly gathers?: {
    /** What many are read by. */
    readonly many: Operation<unknown>;
    /** What a row of a list is, as one that is read alone would be answered. */
    readonly jsonOf: (wire: W) => unknown;
  };
  /** So many rows of the list, whichever; absent: it does not show all that one that is read alone has. */
  readonly ofAll?: (top: number) => Operation<Page<W>>;
  /** Ids without a row are usual: a filter that brings nothing is believed in the end, and none of them is read alone. */
  readonly areOptional?: boolean;
}

const overlooked = ({ name }: Tenant, { id, api }: Operation<unknown>): UpstreamError =>
  new UpstreamError('UPSTREAM_REJECTED', `${id} answers with what was not asked for: what it leaves out may be there`, {
    tenant: name,
    api,
  });

/** Where it is known in what form many are asked for at once. */
const placeOf = <W>(
  tenant: Tenant,
  { list, gathers, property = 'id' }: IdReads<W>,
): Pick<FormedRead, 'property' | 'at'> => {
  const { id: operation, api } = gathers?.many ?? list('', 1);
  return { property, at: { tenant, api, operation } };
};

/** Where it is known that several were asked for at once: whether that was tried, or is avoided since it failed. */
const triedAt = ({ at, property }: Pick<FormedRead, 'property' | 'at'>): FactPlace => ({
  ...at,
  ...{ fact: 'manyTried', of: property },
});

const avoided = 'avoided';

/** How often ids that a page left out are asked for again, as long as that brings any. */
const maxRounds = 100;

/**
 * Entities of MDE by id, in the forms of `$filter` that it takes, else by single reads. Ids that a page left out are asked for
 * once more.
 *
 * Upstream calls at ids of 40 digits (39 fit into a URL): 1 key 1, 100 keys 3, 10,000 keys 257; 1 from 79 keys on where the tenant has
 * at most four times as many and the list shows them whole; ids that do not exist cost one call more in all.
 * A service that answers with what was not asked for is asked for each that it left out.
 */
export const createIdReader = ({
  send,
  learned,
  idsPerCall,
}: Pick<RoutingDependencies, 'send' | 'learned'> & { readonly idsPerCall: number }) => {
  /** What brings many at once into `found`. */
  const formsOf = <W>(
    tenant: Tenant,
    reads: IdReads<W>,
    scope: CallScope,
    found: { set(id: string, wire: W): unknown },
    beside: Pick<FormedRead, 'alone' | 'lastly'>,
    {
      failed,
      overlooks = () => {},
    }: {
      /** Told why a part of what the service takes failed, which is asked no further then. */
      readonly failed?: (error: unknown) => void;
      /** Told that rows came that were not asked for: what an answer leaves out may be there then. */
      readonly overlooks?: () => void;
    } = {},
  ) =>
    createFormedReader(
      { learned, idsPerCall },
      {
        ...placeOf(tenant, reads),
        ...beside,
        urlOf: (filter, count) => urlOf('', reads.list(filter, count)),
        ask: async (filter, some, once) => {
          const asked = new Map(some.map((id) => [id.toLowerCase(), id]));
          const listed = reads.list(filter, some.length);
          const page = await send(tenant, { ...listed, once }, scope).catch((error: unknown) => {
            if (once || failed === undefined) throw error;
            failed(error);
            return null;
          });
          if (page === null) return null;
          let brought = 0;
          for (const wire of page.items) {
            // An API that overlooks the filter answers with anything: only what was asked for counts.
            const id = asked.get(String(reads.idOf(wire)).toLowerCase());
            // Nor does it prove then that there is no other.
            if (id === undefined && reads.areOptional === true) throw overlooked(tenant, listed);
            if (id === undefined) {
              overlooks();
              continue;
            }
            found.set(id, wire);
            brought += 1;
          }
          return brought;
        },
      },
    );

  /** How one that is read alone goes with others, where many requests read one each. */
  const togetherWith = <W>(tenant: Tenant, reads: IdReads<W>, id: string): Together | undefined => {
    const { gathers, filterable } = reads;
    if (gathers === undefined || !filterable.test(id)) return undefined;
    return {
      many: gathers.many,
      id,
      known: () => {
        const place = placeOf(tenant, reads);
        const tried = learned.recall(triedAt(place));
        if (tried !== avoided && takesMany(learned, place)) return 'TAKEN';
        return tried === undefined ? 'UNTRIED' : 'NOT_TAKEN';
      },
      read: async (ids, scope, bring) => {
        const place = placeOf(tenant, reads);
        // Of what is taken already nothing is tried.
        if (!takesMany(learned, place)) learned.note(triedAt(place), 'tried');
        const found = { set: (one: string, wire: W) => bring(one, gathers.jsonOf(wire)) };
        const failures: unknown[] = [];
        const beside = { alone: async () => false, lastly: async () => {} };
        const failed = (error: unknown): void => void failures.push(error);
        await formsOf(tenant, reads, scope, found, beside, { failed }).ask(ids);
        if (failures.length > 0) throw failures[0];
      },
      avoid: () => void learned.note(triedAt(placeOf(tenant, reads)), avoided),
    };
  };

  /** One alone: in its first form, or in the other where that was refused. `isOnly`: nobody has asked for many of which it is one. */
  const readOneOf =
    <W>(tenant: Tenant, reads: IdReads<W>, scope: CallScope, isOnly: boolean) =>
    (id: string): Promise<W | null> => {
      const { single, otherwise, property = 'id' } = reads;
      const first = single(id);
      const other = otherwise?.(id) ?? null;
      if (other === null) {
        const together = isOnly ? togetherWith(tenant, reads, id) : undefined;
        return send(tenant, together === undefined ? first : { ...first, together }, scope);
      }
      const place = { tenant, api: first.api, operation: first.id, fact: 'refusedCondition', of: `one ${property}` };
      if (learned.recall(place) !== undefined) return send(tenant, other, scope);
      return send(tenant, first, scope).catch(async (error: unknown) => {
        if (!isRefused(error)) throw error;
        const wire = await send(tenant, other, scope);
        learned.note(place, '1');
        return wire;
      });
    };

  const readMany = async <W>(
    tenant: Tenant,
    ids: readonly string[],
    reads: IdReads<W>,
    scope: CallScope,
  ): Promise<ReadonlyMap<string, W | Error>> => {
    const readOne = readOneOf(tenant, reads, scope, false);
    /** Those that were read alone and are not there: usual ones need not be asked for again. */
    const known = new Set<string>();
    const readSingly = (some: readonly string[]) =>
      readEach(some, async (id) => {
        const wire = await readOne(id);
        if (wire === null && reads.areOptional === true) known.add(id);
        return wire;
      });
    const found = new Map(await readSingly(ids.filter((id) => !reads.filterable.test(id))));
    let isOverlooking = false;
    const overlooks = (): void => {
      isOverlooking = true;
    };
    const beside: Pick<FormedRead, 'alone' | 'lastly'> = {
      alone: async (id) => {
        try {
          const wire = await readOne(id);
          if (wire !== null) found.set(id, wire);
          return true;
        } catch {
          scope.signal.throwIfAborted();
          return false;
        }
      },
      lastly: async (some, why) => {
        if (why === 'empty' && reads.areOptional === true) return;
        for (const [id, wire] of await readSingly(some.filter((one) => !found.has(one)))) found.set(id, wire);
      },
    };
    const forms = formsOf<W>(tenant, reads, scope, found, beside, { overlooks });

    const missing = (): string[] => ids.filter((id) => reads.filterable.test(id) && !found.has(id) && !known.has(id));
    const wanted = missing();
    const { ofAll: list, idOf } = reads;
    const isWorthIt = list !== undefined && forms.callsFor(wanted) >= manyCalls;
    const ofList = isWorthIt
      ? await readOfList({ send, learned }, { list, idOf }, { tenant, ids: wanted, scope }, found)
      : null;
    const foundOfList = found.size;
    // By one that is there it shows that the filter is taken, though the others are not.
    const { witness } = ofList ?? {};
    for (let left = missing(), round = 0; left.length > 0 && round < maxRounds; round += 1) {
      await forms.ask(witness === undefined ? left : [...left, witness]);
      const still = missing();
      const isDone = round > 0 || witness !== undefined || forms.isExhausted() || still.length === ids.length;
      if (isDone && still.length === left.length) break;
      left = still;
    }
    if (isOverlooking) for (const [id, wire] of await readSingly(missing())) found.set(id, wire);
    if (found.size > foundOfList) ofList?.sawMore();
    return found;
  };

  return <W>(
    tenant: Tenant,
    ids: readonly string[],
    reads: IdReads<W>,
    scope: CallScope,
  ): Promise<ReadonlyMap<string, W | Error>> =>
    ids.length === 1 ? readEach(ids, readOneOf(tenant, reads, scope, true)) : readMany(tenant, ids, reads, scope);
};
