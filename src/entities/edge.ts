import type { Permission, TenantPermission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Capability } from '../routing/capabilities.ts';
import { readEach } from '../routing/each-id.ts';
import { type EveryRow, readEveryRow, readWhole } from '../routing/every-row.ts';
import type { ReadRows } from '../routing/shared-reads.ts';
import type { CallScope } from '../scope.ts';
import type { WireObject } from '../unification/fields.ts';
import { cveIdText, machineIdText, text } from '../unification/values.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { EdgeParts, Entity } from './entity.ts';
import { askedIn, type EdgeAsked, lookBackIn } from './look-back.ts';
import type { Weaknesses } from './weaknesses.ts';

/** Reads an edge for several parents of one tenant, by their ids; each parent has its rows or its error. */
export type ReadEdge<Row> = ReadRows<Row>;

/** What edges are read with, and the reads that several edges of one request share. */
export interface SharedEdgeParts extends EdgeParts {
  readonly weaknesses: Weaknesses;
}

/**
 * How the rows of an edge are told in the graph. `ids`: a page of the entities that have them; `rows`: a page of themselves; `list`:
 * all of them; `one`: the first, or nothing.
 */
export type Answers = 'ids' | 'rows' | 'list' | 'one';

/** How rows are told apart, and what of them a caller sees whose roles are limited to machines; an entity's row of the table has it. */
export interface Told<Row> extends Pick<Entity<Row>, 'idOf'>, Partial<Pick<Entity<Row>, 'judge'>> {}

/** An edge that is read: what a caller needs besides seeing the parent, and how it is read for many parents together. */
export interface Edge<Row, As extends Answers = Answers> {
  readonly answers: As;
  /** `null`: who sees the parent sees the rows. */
  readonly permission: Permission | null;
  readonly told?: Told<Row>;
  /** Of an edge that takes arguments: what of them the read has to know, checked; empty for nothing. */
  readonly argument?: (asked: EdgeAsked) => string;
  readonly read: (parts: SharedEdgeParts) => ReadEdge<Row>;
}

/** An edge to entities of the table, by their ids. */
export interface EdgeTo<Name extends string> extends Edge<string, 'ids'> {
  readonly to: Name;
}

/** An edge to rows that the graph tells a page at a time. */
export interface RowsEdge<Row> extends Edge<Row, 'rows'> {
  readonly told: Told<Row>;
  /** What the read has to know of the parent, as a text; absent: its id. */
  readonly keyIn?: (parent: never) => string;
}

/** A sub-collection of Defender for Endpoint that is read for one parent at a time. */
interface EachRow<Row, Wire extends object = WireObject, Asked extends Permission = TenantPermission> {
  /** About the whole tenant, where the rows are not judged; `null`: they are of the parent alone, and who sees it sees them. */
  readonly permission: Asked | null;
  readonly capability: Capability;
  readonly call: (id: string) => Operation<Page<Wire>>;
  readonly read: (tenant: Tenant, wire: Wire) => Row;
  /** What tells two rows of Microsoft's apart; their `id` unless said. */
  readonly idOf?: (wire: Wire) => string;
  /** The order in which they are told; Microsoft's unless said. */
  readonly order?: (a: Row, b: Row) => number;
}

const ownId = (wire: object): string => ('id' in wire ? String(wire.id) : '');

const readPerParent =
  <Row, Wire extends object>({
    capability,
    call,
    read,
    idOf = ownId,
    order,
  }: EachRow<Row, Wire, Permission>): Edge<Row>['read'] =>
  ({ routing, send }) =>
  (tenant, ids, scope) =>
    routing.run(tenant, capability, scope, {
      mde: () =>
        readEach(ids, async (id) => {
          const whole = { ask: () => call(id), idOf };
          const { rows, truncation } = await readEveryRow(send, tenant, whole, scope);
          const told = rows.map((wire) => read(tenant, wire));
          return { rows: order === undefined ? told : told.sort(order), truncation };
        }),
    });

/** One call a parent: 1 key 1, 100 keys 100, 10,000 keys as many as the request's budget has. */
export const each = <Row>(told: Told<Row>, row: EachRow<Row>): RowsEdge<Row> => ({
  answers: 'rows',
  told,
  permission: row.permission,
  read: readPerParent(row),
});

/** The same, where what a caller sees of the rows is judged: an entity's row of the table says how. */
export const eachJudged = <Row, Wire extends object>(
  told: Required<Told<Row>>,
  row: EachRow<Row, Wire, Permission>,
): RowsEdge<Row> => ({ answers: 'rows', told, permission: row.permission, read: readPerParent(row) });

/** Ids that are spelled in one way here, whatever Microsoft sends, by what they are of; others stand as they were sent. */
const idTexts: Readonly<Partial<Record<string, (id: unknown) => string | null>>> = {
  machines: machineIdText,
  vulnerabilities: cveIdText,
};

/** The same, where the rows only name entities of the table. */
export const eachTo = <const Name extends string>(to: Name, row: Omit<EachRow<string>, 'read'>): EdgeTo<Name> => ({
  answers: 'ids',
  to,
  permission: row.permission,
  read: readPerParent({ ...row, read: (_, { id }) => (idTexts[to] ?? text)(id) ?? String(id) }),
});

/** The same, for few rows that are told whole: a part of them is an error, since a list has no place to say so. */
export const eachList = <Row>({
  permission,
  capability,
  call,
  read,
  idOf = ownId,
}: EachRow<Row>): Edge<Row, 'list'> => ({
  answers: 'list',
  permission,
  read:
    ({ routing, send }) =>
    (tenant, ids, scope) =>
      routing.run(tenant, capability, scope, {
        mde: () =>
          readEach(ids, async (id) => {
            const wires = await readWhole(send, tenant, call(id), idOf, scope);
            return { rows: wires.map((wire) => read(tenant, wire)), truncation: null };
          }),
      }),
});

/** Something single that is read for one parent at a time; no row: there is none. */
export const eachOne = <Row>({
  permission,
  capability,
  call,
  read,
}: Omit<EachRow<Row>, 'call' | 'idOf' | 'order'> & {
  readonly call: (id: string) => Operation<WireObject | null>;
}): Edge<Row, 'one'> => ({
  answers: 'one',
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

/** The same over the last hours, as many as are asked for; `undefined`: as many as Microsoft takes for usual. */
export const eachLookBack = <Row>({
  call,
  ...row
}: Omit<EachRow<Row>, 'call' | 'idOf' | 'order'> & {
  readonly call: (id: string, lookBackHours: string | undefined) => Operation<WireObject | null>;
}): Edge<Row, 'one'> => ({
  ...eachOne({
    ...row,
    call: (key) => {
      const [id, hours] = askedIn(key);
      return call(id, hours);
    },
  }),
  argument: lookBackIn,
});

/** Rows by a read of one's own, which throws where a parent's rows cannot be read. */
export const eachBy = <Row>(
  told: Told<Row>,
  permission: Permission,
  create: (parts: SharedEdgeParts) => (tenant: Tenant, id: string, scope: CallScope) => Promise<readonly Row[]>,
): RowsEdge<Row> => ({
  answers: 'rows',
  told,
  permission,
  read: (parts) => {
    const read = create(parts);
    return (tenant, ids, scope) =>
      readEach(ids, async (id): Promise<EveryRow<Row>> => ({ rows: await read(tenant, id, scope), truncation: null }));
  },
});

export type { EveryRow } from '../routing/every-row.ts';
