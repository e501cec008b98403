import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../src/context.ts';
import type { Owned } from '../src/entities/entity.ts';
import {
  type EntityName,
  type EntityNamed,
  type EntityType,
  entities,
  entityNames,
  type FilterOf,
  type IdFieldOf,
  keyOf,
  type ListedName,
  type LookUpOf,
  listedNames,
  lookUpOf,
  type NameOf,
  type OrderOf,
} from '../src/entities/table.ts';
import type { Connection } from '../src/lists/connection.ts';
import type { ListArguments } from '../src/lists/lists.ts';
import { encodeGlobalId } from '../src/loaders/global-id.ts';
import { known } from '../src/loaders/known.ts';
import { connectionResolvers } from './connection.ts';
import { type EdgesOf, edgesOf } from './edge.ts';
import { expansionsAsked } from './selection.ts';

type List<Name extends ListedName> = (
  root: unknown,
  asked: ListArguments<FilterOf<Name>, OrderOf<Name>>,
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<Connection<EntityNamed<Name>>>;

type LookUp<Name extends EntityName> = (
  root: unknown,
  asked: Owned & Readonly<Record<IdFieldOf<Name>, string>>,
  context: Context,
) => Promise<EntityNamed<Name>>;

/** The fields of `Query` that every type has: its list, where one has it, and one by its id. */
type EntityQueries = { readonly [Name in ListedName]: List<Name> } & {
  readonly [Name in EntityName as LookUpOf<Name>]: LookUp<Name>;
};

/** The fields that every entity has: its global id, its tenant and its edges. */
type EntityFields<Type extends EntityType> = EdgesOf<Type> & {
  readonly id: (entity: EntityNamed<NameOf<Type>> & Owned) => string;
  readonly tenant: (entity: Owned, _: unknown, context: Context) => ReturnType<Context['access']['tenant']>;
};

const listOf =
  <Name extends ListedName>(name: Name): List<Name> =>
  (_, asked, context, info) =>
    context.lists[name](context, asked, expansionsAsked(info, entities[name].type));

const lookUp =
  (name: EntityName) =>
  (_: unknown, asked: Owned & Readonly<Record<string, string>>, context: Context): Promise<unknown> =>
    known(name, context, asked.tenant, asked[entities[name].id.field] ?? '');

const fieldsOf = (name: EntityName) => {
  const { type } = entities[name];
  const key = keyOf(name);
  return {
    id: (entity: Parameters<typeof key>[0]) => encodeGlobalId({ type, ...key(entity) }),
    tenant: ({ tenant }: Owned, _: unknown, { access }: Context) => access.tenant(tenant),
    ...edgesOf(type),
  };
};

function queries(): EntityQueries;
function queries(): Readonly<Record<string, unknown>> {
  return Object.fromEntries<unknown>([
    ...listedNames.map((name) => [name, listOf(name)] as const),
    ...entityNames.map((name) => [lookUpOf(name), lookUp(name)] as const),
  ]);
}

function types(): { readonly [Type in EntityType]: EntityFields<Type> };
function types(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entityNames.map((name) => [entities[name].type, fieldsOf(name)]));
}

function connections(): {
  readonly [Name in ListedName as `${(typeof entities)[Name]['type']}Connection`]: typeof connectionResolvers;
};
function connections(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(listedNames.map((name) => [`${entities[name].type}Connection`, connectionResolvers]));
}

/** The lists and look-ups of the table of entities. */
export const entityQueries = queries();

/** What every type of the table has; some have fields of their own besides. */
export const entityTypes = types();

/** The pages of their lists. */
export const entityConnections = connections();
