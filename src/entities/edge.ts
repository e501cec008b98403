import type { TenantPermission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Capability } from '../routing/capabilities.ts';
import { readEach } from '../routing/each-id.ts';
import { readEveryRow } from '../routing/every-row.ts';
import type { ReadRows } from '../routing/shared-reads.ts';
import type { WireObject } from '../unification/fields.ts';
import { hasId } from '../upstream/answers.ts';
import type { Kind } from '../upstream/call.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { Weaknesses } from './weaknesses.ts';

/** Reads an edge for several parents of one tenant, by their ids; each parent has its rows or its error. */
export type ReadEdge<Row> = ReadRows<Row>;

/** What edges are read with, and the reads that several edges of one request share. */
export interface SharedEdgeParts extends EdgeParts {
  readonly weaknesses: Weaknesses;
}

/** One edge: what a caller needs besides seeing the parent, and how it is read. */
export interface Edge<Row> {
  readonly permission: TenantPermission;
  readonly read: (parts: SharedEdgeParts) => ReadEdge<Row>;
}

/** An edge to entities of the table, by their ids. */
export interface EdgeTo<Name extends string> extends Edge<string> {
  readonly to: Name;
}

/** An object with an `id`. */
export type IdentifiedWire = WireObject & { readonly id: string };

/** Something of Defender for Endpoint's that `key` identifies; `one` and `many`: what to call it when it is not what came. */
export const identified = (one: string, many: string, key = 'id'): Kind<IdentifiedWire> => ({
  one,
  many,
  is: (value): value is IdentifiedWire => hasId(value, key),
});

/** A sub-collection of Defender for Endpoint that is read for one parent at a time. */
interface EachRow<Row> {
  readonly permission: TenantPermission;
  readonly capability: Capability;
  readonly call: (id: string) => Operation<Page<WireObject>>;
  readonly read: (tenant: Tenant, wire: WireObject) => Row;
  /** What tells two rows apart; their `id` unless said. */
  readonly idOf?: (wire: WireObject) => string;
}

/** One call a parent: 1 key 1, 100 keys 100, 10,000 keys as many as the request's budget has. */
export const each = <Row>({
  permission,
  capability,
  call,
  read,
  idOf = ({ id }) => String(id),
}: EachRow<Row>): Edge<Row> => ({
  permission,
  read:
    ({ routing, send }) =>
    (tenant, ids, scope) =>
      routing.run(tenant, capability, scope, {
        mde: () =>
          readEach(ids, async (id) => {
            const whole = { ask: () => call(id), idOf };
            const { rows, truncation } = await readEveryRow(send, tenant, whole, scope);
            return { rows: rows.map((wire) => read(tenant, wire)), truncation };
          }),
      }),
});

/** The same, where the rows only name entities of the table. */
export const eachTo = <Name extends string>(to: Name, row: Omit<EachRow<string>, 'read'>): EdgeTo<Name> => ({
  to,
  ...each({ ...row, read: (_, { id }) => String(id) }),
});

/** Something single that is read for one parent at a time; no row: there is none. */
export const eachOne = <Row>({
  permission,
  capability,
  call,
  read,
}: Omit<EachRow<Row>, 'call' | 'idOf'> & {
  readonly call: (id: string) => Operation<WireObject | null>;
}): Edge<Row> => ({
  permission,
  read:
    ({ routing, send }) =>
    (tenant, ids, scope) =>
      routing.run(tenant, capability, scope, {
        mde: () =>
          readEach(ids, async (id) => {
            const wire = await send(tenant, call(id), scope);
            return { rows: wire === null ? [] : [read(tenant, wire)], truncation: null };
          }),
      }),
});
