import type { Context } from '../src/context.ts';
import type { EveryRow, Told } from '../src/entities/edge.ts';
import {
  type EdgeName,
  edgeNames,
  type ReadName,
  type RowOf,
  type StartOf,
  type TargetOf,
} from '../src/entities/edge-names.ts';
import { type EdgeRowType, edgeRowTypes } from '../src/entities/edge-rows.ts';
import { edges } from '../src/entities/edges.ts';
import type { EntityKey } from '../src/entities/entity.ts';
import { askedKey, type EdgeAsked } from '../src/entities/look-back.ts';
import {
  type EntityName,
  type EntityNamed,
  type EntityOfType,
  type EntityType,
  entityNameOf,
  isEntityType,
  keyOf,
  rows,
} from '../src/entities/table.ts';
import { remarkOf } from '../src/lists/answer.ts';
import { type Connection, wholeCount } from '../src/lists/connection.ts';
import { connectionResolvers } from './connection.ts';

export interface PageAsked {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

type Edges = typeof edges;
type Answering<As> = { [Name in EdgeName]: Edges[Name] extends { readonly answers: As } ? Name : never }[EdgeName];

/** Edges that are read or derived: what they lead to is not in hand. */
type FollowedName = Answering<'ids' | 'rows' | 'list' | 'one'>;

/** What an edge begins at. */
type ParentOf<Name extends EdgeName> = Edges[Name] extends
  | { readonly keyOf: (parent: infer Parent) => unknown }
  | { readonly derive: (parent: infer Parent, following: never) => unknown }
  | { readonly filter: (parent: infer Parent) => unknown }
  ? Parent
  : StartOf<Name> extends EntityType
    ? EntityOfType<StartOf<Name>>
    : never;

type MaybePromise<T> = T | Promise<T>;
type Resolver<Parent, Asked, Answer> = (parent: Parent, asked: Asked, context: Context) => MaybePromise<Answer>;

/** The resolver of an edge, by the way its row says that it is told. */
type EdgeResolver<Name extends EdgeName> =
  Name extends Answering<'ids'>
    ? Resolver<ParentOf<Name>, PageAsked, Connection<EntityNamed<TargetOf<Name>>>>
    : Name extends Answering<'rows'>
      ? Resolver<ParentOf<Name>, PageAsked, Connection<RowOf<Name>>>
      : Name extends Answering<'list'>
        ? Resolver<ParentOf<Name>, unknown, readonly Exclude<RowOf<Name>, Error>[]>
        : Name extends Answering<'one'>
          ? Resolver<ParentOf<Name>, EdgeAsked, RowOf<Name> | null>
          : Name extends Answering<'link'>
            ? Resolver<ParentOf<Name>, unknown, EntityNamed<TargetOf<Name>> | null>
            : Resolver<ParentOf<Name>, PageAsked, Connection<EntityNamed<TargetOf<Name>>>>;

/** The fields of a type that are rows of the table of edges. */
export type EdgesOf<Type extends string> = {
  readonly [Name in EdgeName as Name extends `${Type}.${infer Field}` ? Field : never]: EdgeResolver<Name>;
};

/** Their resolvers. */
export function edgesOf<Type extends string>(type: Type): EdgesOf<Type>;
export function edgesOf(type: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    edgeNames
      .filter((name) => name.startsWith(`${type}.`))
      .map((name) => [name.slice(type.length + 1), resolverOf(name)]),
  );
}

function rowConnections(): { readonly [Type in EdgeRowType as `${Type}Connection`]: typeof connectionResolvers };
function rowConnections(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(edgeRowTypes.map((type) => [`${type}Connection`, connectionResolvers]));
}

/** The pages of rows that are no entities. */
export const edgeRowConnections = rowConnections();

/** What tells the rows of an edge apart. */
function toldOf<Name extends Answering<'rows'>>(name: Name): Pick<Told<RowOf<Name>>, 'idOf'>;
function toldOf(name: Answering<'rows'>): Pick<Told<never>, 'idOf'> {
  return edges[name].told;
}

type FollowedResolver<Answer> = Resolver<never, PageAsked, Answer>;

/** The row of the parent's type knows it. */
const keyOfParent = (name: FollowedName) => {
  const [type = ''] = name.split('.');
  if (!isEntityType(type)) throw new TypeError(`${name}: ${type} is no type of the table of entities`);
  return keyOf(entityNameOf(type));
};

const isRead = (name: EdgeName): name is ReadName => 'read' in edges[name];

/** All rows of an edge; no promise for what is at hand. */
function rowsOf<Name extends FollowedName>(
  name: Name,
  parent: never,
  key: EntityKey,
  context: Context,
): MaybePromise<EveryRow<RowOf<Name>>>;
function rowsOf(name: FollowedName, parent: never, key: EntityKey, context: Context): MaybePromise<EveryRow<unknown>> {
  if (isRead(name)) return context.edges.load(name, key);
  const { permission, derive } = edges[name];
  if (permission !== null) context.access.requireInPart(permission, context.access.tenant(key.tenant));
  return derive(parent, context);
}

const after = <T, U>(found: MaybePromise<T>, then: (value: T) => U): MaybePromise<U> =>
  found instanceof Promise ? found.then(then) : then(found);

/** Why these may not be all: no page goes on behind them, so that who does not ask is told as well. */
export const partOf = (
  truncation: string | null,
  tenant: string,
  { access }: Context,
): Pick<Connection<unknown>, 'truncation' | 'missing'> =>
  truncation === null ? { truncation } : { truncation, missing: [remarkOf(access.tenant(tenant), truncation)] };

/** Of what Microsoft listed just now, and does not find by its id. What old evidence names may be gone: that is no part. */
export const goneOf = (count: number): string | null =>
  count === 0
    ? null
    : `${count} that ${count === 1 ? 'is' : 'are'} named here ${count === 1 ? 'is' : 'are'} not found by id: left out`;

/** A page of an edge's rows. */
const pageOfRows = (name: Answering<'rows'>): FollowedResolver<Connection<unknown>> => {
  const keyFor = keyOfParent(name);
  const { idOf } = toldOf(name);
  const edge = edges[name];
  const keyIn = 'keyIn' in edge ? edge.keyIn : undefined;
  return (parent, asked, context) => {
    const key = keyFor(parent);
    const id = keyIn?.(parent) ?? key.id;
    return after(rowsOf(name, parent, { ...key, id }, context), ({ rows: all, truncation }) => {
      const page = context.pageOf(all, asked, idOf, { list: name, ...key, tenant: context.access.tenant(key.tenant) });
      return { ...page, ...partOf(truncation, key.tenant, context), totalCount: wholeCount(page, truncation) };
    });
  };
};

/**
 * A page of the entities that an edge leads to. Only those of the page are read; for a caller who is limited to machines all
 * are, since the number of the others is not theirs to know.
 */
const pageOfIds = (name: Answering<'ids'>): FollowedResolver<Connection<unknown>> => {
  const keyFor = keyOfParent(name);
  const { to } = edges[name];
  return async (parent, asked, context) => {
    const key = keyFor(parent);
    const { tenant } = key;
    const { rows: all, truncation } = await rowsOf(name, parent, key, context);
    const ids = await context.visibleIds(to, tenant, all);
    const page = context.pageOf(ids, asked, (id) => id, { list: name, ...key, tenant: context.access.tenant(tenant) });
    const items = await entitiesOn(page, to, tenant, context);
    const part = [truncation, isRead(name) ? goneOf(page.items.length - items.length) : null].filter(
      (each) => each !== null,
    );
    const whole = part.length === 0 ? null : part.join('; ');
    return { ...page, ...partOf(whole, tenant, context), totalCount: wholeCount(page, whole), items };
  };
};

/** The entities that a page has the ids of; those that are not there are left out. */
export const entitiesOn = async <Name extends EntityName>(
  { items }: Pick<Connection<string>, 'items'>,
  to: Name,
  tenant: string,
  { loaders }: Context,
): Promise<Connection<EntityNamed<Name>>['items']> => {
  const found = await Promise.all(items.map(({ node: id }) => loaders.load(to, { tenant, id })));
  return items.flatMap(({ node: id, cursor }, index) => {
    const entity = found[index] ?? rows[to].named?.(tenant, id) ?? null;
    return entity === null ? [] : [{ node: entity, cursor }];
  });
};

/** Rows that are told whole; an error in the place of a row is its own. */
const allOf = (name: Answering<'list'>): FollowedResolver<readonly unknown[]> => {
  const keyFor = keyOfParent(name);
  return async (parent, _, context) => (await rowsOf(name, parent, keyFor(parent), context)).rows;
};

/** The only row, or nothing. */
const firstOf = (name: Answering<'one'>): Resolver<never, EdgeAsked, unknown> => {
  const keyFor = keyOfParent(name);
  const edge = edges[name];
  const argumentOf = 'argument' in edge ? edge.argument : undefined;
  return async (parent, asked, context) => {
    const key = keyFor(parent);
    const id = askedKey(key.id, argumentOf?.(asked) ?? '');
    return (await rowsOf(name, parent, { ...key, id }, context)).rows[0] ?? null;
  };
};

/** What the parent has the id of. */
const linked = (name: Answering<'link'>): FollowedResolver<unknown> => {
  const { to, keyOf: keyFor } = edges[name];
  return (parent, _, { loaders }) => {
    const key = keyFor(parent);
    return key === null ? null : loaders.load(to, key);
  };
};

/** What a list has for the parent. */
const pageOfList = (name: Answering<'listed'>): FollowedResolver<Connection<unknown>> => {
  const { to, tenantOf, filter } = edges[name];
  return (parent, { first, after: cursor }, context) =>
    context.lists[to](context, { tenants: [tenantOf(parent)], filter: filter(parent), first, after: cursor });
};

/** How each way of telling is resolved. */
const resolverOf = (name: EdgeName): unknown => {
  if (answersIn(name, 'ids')) return pageOfIds(name);
  if (answersIn(name, 'rows')) return pageOfRows(name);
  if (answersIn(name, 'list')) return allOf(name);
  if (answersIn(name, 'one')) return firstOf(name);
  if (answersIn(name, 'link')) return linked(name);
  return pageOfList(name);
};

const answersIn = <As extends Edges[EdgeName]['answers']>(name: EdgeName, as: As): name is Answering<As> =>
  edges[name].answers === as;
