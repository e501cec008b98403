import type { Permission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Capability } from '../routing/capabilities.ts';
import type { RoutingParts } from '../routing/parts.ts';
import type { CallScope } from '../scope.ts';

/** What an edge of one parent leads to. */
export interface EdgeRows<Row> {
  readonly rows: readonly Row[];
  /** Why a limit of the gateway cut the rows; null: these are all. */
  readonly truncation: string | null;
}

/** Reads an edge for several parents of one tenant, by their ids; each parent has its rows or its error. */
export type ReadEdge<Row> = (
  tenant: Tenant,
  ids: readonly string[],
  scope: CallScope,
) => Promise<ReadonlyMap<string, EdgeRows<Row> | Error>>;

/** One edge: what it needs, where it leads, how it is read. */
export interface Edge<Row> {
  /** What a caller needs besides seeing the parent. */
  readonly permission: Permission;
  readonly read: (parts: EdgeParts) => ReadEdge<Row>;
}

/** An edge to entities of the table by their ids. */
export interface EdgeTo<Name extends string> extends Edge<string> {
  readonly to: Name;
}

/** What edges are read with. */
export interface EdgeParts extends RoutingParts {
  /** Rows of collections by the value of a property, many values a call. */
  readonly rowsBy: RowsBy;
}
