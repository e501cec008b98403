import type { Context } from '../src/context.ts';
import { type Connection, wholeCount } from '../src/lists/connection.ts';
import {
  type EdgeName,
  type EdgeToName,
  type EntityNamed,
  namedAlone,
  type RowOf,
  type TargetOf,
  targetOf,
} from '../src/loaders/edges.ts';

interface OfTenant {
  readonly tenant: string;
}

interface PageAsked {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of an edge's rows. `idOf`: the parent's id upstream; `rowId`: what tells two rows apart. */
export const edgeRows =
  <Name extends EdgeName, Parent extends OfTenant>(
    name: Name,
    idOf: (parent: Parent) => string,
    rowId: (row: RowOf<Name>) => string,
  ) =>
  async (parent: Parent, asked: PageAsked, { edges, pageOf }: Context): Promise<Connection<RowOf<Name>>> => {
    const { tenant } = parent;
    const { rows, truncation } = await edges.load(name, { tenant, id: idOf(parent) });
    const page = pageOf(rows, asked, rowId, name, tenant, idOf(parent));
    return { ...page, truncation, totalCount: wholeCount(page, truncation) };
  };

/**
 * A page of the entities that an edge leads to. Only those of the page are read; for a caller who is limited to machines all
 * are, since the number of the others is not theirs to know.
 */
export const edgeTo =
  <Name extends EdgeToName, Parent extends OfTenant>(name: Name, idOf: (parent: Parent) => string) =>
  async (parent: Parent, asked: PageAsked, context: Context): Promise<Connection<EntityNamed<TargetOf<Name>>>> => {
    const { tenant } = parent;
    const to = targetOf(name);
    const { rows, truncation } = await context.edges.ids(name, { tenant, id: idOf(parent) });
    const ids = await context.visibleIds(to, tenant, rows);
    const page = context.pageOf(ids, asked, (id) => id, name, tenant, idOf(parent));
    const entities = await Promise.all(page.items.map(({ node: id }) => context.loaders[to].load({ tenant, id })));
    return {
      ...page,
      truncation,
      totalCount: wholeCount(page, truncation),
      items: page.items.flatMap(({ node: id, cursor }, index) => {
        const entity = entities[index] ?? namedAlone(to, tenant, id);
        return entity === null ? [] : [{ node: entity, cursor }]; // Gone meanwhile: what names it outlives it.
      }),
    };
  };
