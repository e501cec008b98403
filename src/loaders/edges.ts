import type DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import type { EdgeTo, ReadEdge } from '../entities/edge.ts';
import type { EdgeParts } from '../entities/edge-parts.ts';
import { type EdgeName, edges, type RowOf } from '../entities/edges.ts';
import { softwareNamed } from '../entities/software.ts';
import type { EntityName, EntityNamed } from '../entities/table.ts';
import { createWeaknesses } from '../entities/weaknesses.ts';
import type { EveryRow } from '../routing/every-row.ts';
import type { CallScope } from '../scope.ts';
import { createKeyedLoader, type EntityKey } from './keyed.ts';

/** The reads of every edge. */
export type EdgeReads = { readonly [Name in EdgeName]: ReadEdge<RowOf<Name>> };

/** Built once, over the table of edges. */
export function createEdgeReads(parts: EdgeParts): EdgeReads;
export function createEdgeReads(parts: EdgeParts): Readonly<Record<string, ReadEdge<unknown>>> {
  const shared = { ...parts, weaknesses: createWeaknesses(parts) };
  return Object.fromEntries(Object.entries(edges).map(([name, { read }]) => [name, read(shared)]));
}

/**
 * The edges of entities that a caller sees, for one request: the parents of one tick are read together, a tenant at a time.
 * Throws `FORBIDDEN` without the edge's permission in the tenant.
 */
export interface EdgeLoaders {
  load<Name extends EdgeName>(name: Name, parent: EntityKey): Promise<EveryRow<RowOf<Name>>>;
  /** The ids that an edge to entities of the table leads to. */
  ids(name: EdgeToName, parent: EntityKey): Promise<EveryRow<string>>;
}

const none: EveryRow<never> = { rows: [], truncation: null };

/** New for each request; the loader of an edge is made when it is first asked for. */
export const createEdgeLoaders = (
  reads: EdgeReads,
  access: Pick<Access, 'require' | 'tenant'>,
  scope: CallScope,
): EdgeLoaders => {
  const loaders = new Map<EdgeName, DataLoader<EntityKey, EveryRow<unknown> | null, string>>();
  const loaderOf = (name: EdgeName) => {
    const known = loaders.get(name);
    if (known !== undefined) return known;
    const made = createKeyedLoader<EveryRow<unknown>>(async (tenantName, ids) => {
      const tenant = access.tenant(tenantName);
      access.require(edges[name].permission, tenant);
      return reads[name](tenant, ids, scope);
    });
    loaders.set(name, made);
    return made;
  };

  function load<Name extends EdgeName>(name: Name, parent: EntityKey): Promise<EveryRow<RowOf<Name>>>;
  async function load(name: EdgeName, parent: EntityKey): Promise<EveryRow<unknown>> {
    return (await loaderOf(name).load(parent)) ?? none;
  }
  return { load, ids: (name, parent) => load(name, parent) };
};

/** Edges whose rows are ids of entities of the table. */
export type EdgeToName = {
  [Name in EdgeName]: (typeof edges)[Name] extends EdgeTo<string> ? Name : never;
}[EdgeName];

/** The list of the table that an edge leads to. */
export type TargetOf<Name extends EdgeToName> = (typeof edges)[Name]['to'];

/** What an edge names that is not among those that can be read; null: nothing is known of it, and it may be gone. */
export function namedAlone<Name extends EntityName>(name: Name, tenant: string, id: string): EntityNamed<Name> | null;
export function namedAlone(name: EntityName, tenant: string, id: string): EntityNamed<EntityName> | null {
  return name === 'software' ? softwareNamed(tenant, id) : null;
}

/** Where an edge leads. */
export const targetOf = <Name extends EdgeToName>(name: Name): TargetOf<Name> => edges[name].to;

export type { EdgeName, RowOf } from '../entities/edges.ts';
export type { EntityNamed } from '../entities/table.ts';
