import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { askedOf, type ListRules } from './asked.ts';
import type { Capability } from './capabilities.ts';
import { mapFound } from './found.ts';
import { createIdReader, type IdReads } from './ids.ts';
import { type ListPlace, type OpenedList, pagesBySkip } from './list.ts';
import type { RoutingParts } from './parts.ts';

/** What only Defender for Endpoint serves, listed and read by id: everything that differs from kind to kind. */
export interface MdeCollection<F, W, T> extends Pick<IdReads<W>, 'single' | 'filterable'>, Omit<ListRules<F>, 'end'> {
  readonly capability: Capability;
  readonly list: (page: {
    readonly filter: string | undefined;
    readonly top: number;
    readonly skip?: number | undefined;
  }) => Operation<Page<W>>;
  readonly toDomain: (tenant: string, wire: W) => T;
}

/** The two reads of a collection. */
export interface CollectionReads<F, T> {
  /** Opens the list of a tenant, in Microsoft's order. */
  open(tenant: Tenant, filter: F, place: ListPlace, scope: CallScope): Promise<OpenedList<T>>;
  /** Calls at 50 ids a call: 1 key 1, 100 keys 2, 10,000 keys 200; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, T | Error>>;
}

/** The reads of one collection; `idsPerCall`: ids gathered into one `$filter`. */
export const createMdeCollection = <F extends object, W extends { readonly id: string }, T>(
  { routing, send, idsPerCall }: RoutingParts & { readonly idsPerCall: number },
  collection: MdeCollection<F, W, T>,
): CollectionReads<F, T> => {
  const { capability, push, time, maxTop, list, single, filterable, toDomain } = collection;
  const readByIds = createIdReader({ send, idsPerCall });
  const idOf = ({ id }: W): string => id;

  return {
    open: (tenant, filter, place, scope) =>
      routing.run(tenant, capability, scope, {
        mde: async () => {
          const asked = askedOf(filter, place, { push, time, maxTop, end: 'shortPage' });
          const operation = (at: { readonly skip: number }) => list(asked.page(at));
          const pager = { send, tenant, scope, operation, idOf, toDomain: (wire: W) => toDomain(tenant.name, wire) };
          return { api: 'mde', page: await pagesBySkip(pager, { ...place, top: asked.top }) };
        },
      }),

    byIds: (tenant, ids, scope) =>
      routing.run(tenant, capability, scope, {
        mde: async () => {
          const reads = { single, filterable, idOf, list: (filter: string, top: number) => list({ filter, top }) };
          return mapFound(await readByIds(tenant, ids, reads, scope), (wire) => toDomain(tenant.name, wire));
        },
      }),
  };
};
