import type { Access } from '../access/access.ts';
import type { Permission } from '../access/roles.ts';
import type { Visibility } from '../access/visibility.ts';
import type { Incident } from '../domain/incident.ts';
import type { Expansion } from '../routing/opened-list.ts';
import type { Answers, EveryRow, Told } from './edge.ts';
import type { EntityKey, Owned } from './entity.ts';

/** An edge whose parent has the id of what it leads to; null: it leads to nothing. It needs what a look-up of that needs. */
export interface Link<Parent, Name extends string> {
  readonly answers: 'link';
  readonly to: Name;
  readonly keyOf: (parent: Parent) => EntityKey | null;
}

/** An id in hand. Calls: those of the look-ups, which are gathered. */
export const link = <Parent extends Owned, const Name extends string>(
  to: Name,
  idOf: (parent: Parent) => string | null,
): Link<Parent, Name> => ({
  answers: 'link',
  to,
  keyOf: (parent) => {
    const id = idOf(parent);
    return id === null ? null : { tenant: parent.tenant, id };
  },
});

/** What of a request edges are followed with that are made of what their parents have. */
export interface Following {
  readonly access: Pick<Access, 'tenant'>;
  readonly visibility: Visibility;
  readonly loaders: {
    readonly load: (name: 'incidents', key: EntityKey) => Promise<Incident | null>;
  };
}

/** An edge that is made of what its parent has, or of what can be read with it. */
export interface Derived<Parent, Row, As extends Answers> {
  readonly answers: As;
  /** What a caller needs besides seeing the parent; null: no more. */
  readonly permission: Permission | null;
  /** What has to come with the parent, so that it costs no call of its own. */
  readonly needs?: Expansion;
  /** Of an edge to rows. */
  readonly told?: Told<Row>;
  readonly derive: (parent: Parent, following: Following) => EveryRow<Row> | Promise<EveryRow<Row>>;
}

/** What is in hand, or comes with the parent: rows of an entity. */
export const derived = <Parent, Row>(
  told: Told<Row>,
  edge: Omit<Derived<Parent, Row, 'rows'>, 'answers' | 'told'>,
): Derived<Parent, Row, 'rows'> & { readonly told: Told<Row> } => ({ answers: 'rows', told, ...edge });

/** The same, where the parent only names entities of the table. */
export const derivedTo = <Parent, const Name extends string>(
  to: Name,
  edge: Omit<Derived<Parent, string, 'ids'>, 'answers' | 'told'>,
): Derived<Parent, string, 'ids'> & { readonly to: Name } => ({ answers: 'ids', to, ...edge });

/** The same for one thing; no row: there is none. */
export const derivedOne = <Parent, Row>(
  edge: Omit<Derived<Parent, Row, 'one'>, 'answers' | 'told'>,
): Derived<Parent, Row, 'one'> => ({ answers: 'one', ...edge });

/** An edge that is a list of the table, in its parent's tenant, with a condition. */
export interface Listed<Parent, Name extends string, Filter> {
  readonly answers: 'listed';
  readonly to: Name;
  readonly tenantOf: (parent: Parent) => string;
  readonly filter: (parent: Parent) => Filter;
}

/** What a list has for one parent. Calls: those of the list. */
export const listed = <Parent extends Owned, const Name extends string, Filter>(
  to: Name,
  filter: (parent: Parent) => Filter,
): Listed<Parent, Name, Filter> => ({ answers: 'listed', to, tenantOf: ({ tenant }) => tenant, filter });
