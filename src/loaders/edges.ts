import type { Access } from '../access/access.ts';
import type { Visibility } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Edge, ReadEdge } from '../entities/edge.ts';
import { edgeNames, type ReadName, type RowOf } from '../entities/edge-names.ts';
import { edges } from '../entities/edges.ts';
import type { EdgeParts, EntityKey } from '../entities/entity.ts';
import { createWeaknesses } from '../entities/weaknesses.ts';
import { asError } from '../errors.ts';
import type { EveryRow } from '../routing/every-row.ts';
import type { CallScope } from '../scope.ts';
import { createKeyedLoader } from './keyed.ts';

/** The edges that are read, as functions over any of them see them. */
const readEdges: { readonly [Name in ReadName]: Edge<RowOf<Name>> } = edges;

/** The reads of every edge that is read. */
export type EdgeReads = { readonly [Name in ReadName]: ReadEdge<RowOf<Name>> };

/** Built once, over the table of edges. */
export function createEdgeReads(parts: EdgeParts): EdgeReads;
export function createEdgeReads(parts: EdgeParts): Readonly<Record<string, ReadEdge<unknown>>> {
  const shared = { ...parts, weaknesses: createWeaknesses(parts) };
  return Object.fromEntries(
    edgeNames.flatMap((name) => {
      const edge = edges[name];
      return 'read' in edge ? [[name, edge.read(shared)]] : [];
    }),
  );
}

/**
 * The edges of entities that a caller sees, for one request: the parents of one tick are read together, a tenant at a time, and
 * rows that the caller does not see are left out. Throws `FORBIDDEN` without the edge's permission in the tenant.
 */
export interface EdgeLoaders {
  load<Name extends ReadName>(name: Name, parent: EntityKey): Promise<EveryRow<RowOf<Name>>>;
}

/** For who sees some rows alone: a number would be of others, too. */
const notAll = 'Not all rows could be read: ask for fewer at once';

const none: EveryRow<never> = { rows: [], truncation: null };

/** New for each request; the loader of an edge is made when it is first asked for. */
export const createEdgeLoaders = (
  reads: EdgeReads,
  access: Pick<Access, 'requireInPart' | 'tenant'>,
  visibility: Visibility,
  scope: CallScope,
): EdgeLoaders => {
  const loaders = new Map<ReadName, (parent: EntityKey) => Promise<EveryRow<RowOf<ReadName>> | null>>();

  /** Judged a parent at a time, so that what cannot be judged is an error of its own parent. */
  const readSeen = async <Name extends ReadName>(name: Name, tenant: Tenant, ids: readonly string[]) => {
    const { permission, told } = readEdges[name];
    if (permission !== null) access.requireInPart(permission, tenant);
    const found: ReadonlyMap<string, EveryRow<RowOf<Name>> | Error> = await reads[name](tenant, ids, scope);
    const judge = told?.judge?.(visibility, tenant) ?? null;
    if (judge === null) return found;
    const seen = await Promise.all(
      [...found].map(async ([id, whole]): Promise<[string, EveryRow<RowOf<Name>> | Error]> => {
        if (whole instanceof Error) return [id, whole];
        try {
          const visible = await judge(whole.rows);
          const truncation = whole.truncation === null ? null : notAll;
          return [id, { rows: whole.rows.filter((row) => visible.has(row)), truncation }];
        } catch (error) {
          return [id, asError(error)];
        }
      }),
    );
    return new Map(seen);
  };

  const loaderOf = (name: ReadName) => {
    const known = loaders.get(name);
    if (known !== undefined) return known;
    const made = createKeyedLoader<EveryRow<RowOf<ReadName>>>((tenant, ids) =>
      readSeen(name, access.tenant(tenant), ids),
    );
    loaders.set(name, made);
    return made;
  };

  function load<Name extends ReadName>(name: Name, parent: EntityKey): Promise<EveryRow<RowOf<Name>>>;
  async function load(name: ReadName, parent: EntityKey): Promise<EveryRow<RowOf<ReadName>>> {
    return (await loaderOf(name)(parent)) ?? none;
  }
  return { load };
};
