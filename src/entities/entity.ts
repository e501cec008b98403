import type { Permission, TenantPermission } from '../access/roles.ts';
import type { Judge, JudgeOf, Visibility } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { SourceApi } from '../domain/enums.ts';
import type { IdForm } from '../domain/id-forms.ts';
import type { RoutingDependencies } from '../routing/dependencies.ts';
import type { HuntingReads } from '../routing/hunting.ts';
import type { MachineNames } from '../routing/machine-names.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import { type EntityOf, type Fields, readFields, type WireObject } from '../unification/fields.ts';
import type { Comparators } from './orders.ts';

/** What belongs to a tenant. */
export interface Owned {
  /** The tenant's configured name. */
  readonly tenant: string;
}

/** What every entity of a tenant has. */
export interface OfTenant extends Owned {
  /** The API that answered. */
  readonly source: SourceApi;
}

/** What one entity is known by: the tenant's name and the upstream's id. */
export interface EntityKey extends Owned {
  readonly id: string;
}

/** What entities are read with. */
export interface ReadParts extends RoutingDependencies {
  /** Ids gathered into one `$filter`. */
  readonly idsPerCall: number;
  readonly machineNames: MachineNames;
}

/** What edges are read with. */
export interface EdgeParts extends ReadParts {
  readonly hunting: HuntingReads;
}

/** What of a type is the same for its list, its loader and its look-up. */
export interface Entity<T> {
  /** The type in the graph. */
  readonly type: string;
  /** The form of its ids, and the field and the argument that have one. */
  readonly id: IdForm;
  /** A field that tells it from the types behind it in the table, where another type has the same ids; absent: the one with its id. */
  readonly mark?: string;
  /** Unique in a tenant. */
  readonly idOf: (row: T) => string;
  /** What a caller needs to read it; null: nothing, for it is there by being named, and says nothing of the tenant. */
  readonly permission: Permission | null;
  /** What a caller sees of it in a tenant who has the permission in a part of it; `null`: all. */
  readonly judge: (visibility: Visibility, tenant: Tenant) => Judge<T> | null;
  /** The time that its list is ordered by, newest first. Null: tenants one after the other, each in Microsoft's order. */
  readonly timeOf: ((row: T) => string | null) | null;
  /** What stands for one that an edge names and that cannot be read; absent: it is left out, for it may be gone. */
  readonly named?: (tenant: string, id: string) => T;
}

/** A type of entity as functions over any type see it. `F`: its filter; `T`: itself; `Order`: what its list is ordered by. */
export interface AnyEntity<F, T, Order extends string> extends Entity<T> {
  readonly permission: Permission;
  /** Other orders that callers may ask for; the gateway makes them. */
  readonly orders: Comparators<Order, T>;
  /** Throws `BAD_USER_INPUT` for a filter that nothing can meet, before any tenant is asked. */
  readonly check: (filter: Partial<F>) => void;
}

/** One type of entity: everything that lists, loaders, look-ups and global ids are made of. */
export interface EntityRow<
  F,
  T extends Owned,
  Order extends string,
  Reads extends CollectionReads<F, T>,
  Type extends string,
  IdField extends string,
  LookUp extends string,
> extends Entity<T> {
  readonly type: Type;
  readonly id: IdForm<IdField>;
  readonly permission: Permission;
  /** The field of `Query` that looks one up; absent: the type's name with a small letter. */
  readonly lookUp?: LookUp;
  /** How one tenant's entities are read. */
  readonly reads: (parts: ReadParts) => Reads;
  readonly orders: Comparators<Order, T>;
  readonly check: (filter: F) => void;
}

/** A row as it is written: how the entity is judged has to fit what its permission is about. */
type WrittenRow<Row extends { readonly judge: unknown }, T, Asked extends Permission> = Omit<
  Row,
  'judge' | 'permission'
> & {
  readonly permission: Asked;
  readonly visible: (visibility: Visibility) => JudgeOf<T, Asked>;
};

/** Who may see the machine that a row is about sees the row. */
export const ofItsMachine = ({ ofOneMachine }: Visibility): Visibility['ofOneMachine'] => ofOneMachine;

/** A row of the table of entities, its types inferred. */
export const entity = <
  F,
  T extends Owned,
  Order extends string,
  Reads extends CollectionReads<F, T>,
  const Type extends string,
  const IdField extends string,
  Asked extends Permission,
  const LookUp extends string = never,
>({
  visible,
  ...row
}: WrittenRow<EntityRow<F, T, Order, Reads, Type, IdField, LookUp>, T, Asked>): EntityRow<
  F,
  T,
  Order,
  Reads,
  Type,
  IdField,
  LookUp
> => ({ ...row, judge: (visibility, tenant) => visible(visibility)(row.permission, tenant) });

/** A type that no list has: one is there by being named, or is read by what names it. */
export interface NamedRow<T extends NamedThing<Type>, Type extends string, IdField extends string> extends Entity<T> {
  readonly type: Type;
  readonly id: IdForm<IdField>;
  readonly lookUp?: never;
  readonly reads: (parts: ReadParts) => Pick<CollectionReads<never, T>, 'byIds'>;
}

/** Says its own type, as several have a `name`. */
export interface NamedThing<Type extends string = string> extends Owned {
  readonly entityType: Type;
}

/** Such a row. It is the same for everybody who may ask for it: what is said of it is nothing of the tenant's. */
export const named = <T extends NamedThing<Type>, const Type extends string, const IdField extends string>(
  row: Omit<NamedRow<T, Type, IdField>, 'judge' | 'timeOf'>,
): NamedRow<T, Type, IdField> => ({ ...row, judge: () => null, timeOf: null });

/** Reads what is there by being named. No call. */
export const byBeingNamed =
  <T>(make: (tenant: string, id: string) => T) =>
  (): Pick<CollectionReads<never, T>, 'byIds'> => ({
    byIds: async ({ name }, ids) => new Map(ids.map((id) => [id, make(name, id)])),
  });

/** Seen by everybody who has the permission, which is about the whole tenant. */
export const byPermissionAlone = (): ((permission: TenantPermission) => null) => () => null;

/** The reader of an entity that only Defender for Endpoint serves, by its table of fields. */
export const fromMde = <Table extends Fields>(table: Table) => {
  const read = readFields(table);
  return (tenant: Pick<Tenant, 'name'>, wire: WireObject): EntityOf<Table> & OfTenant =>
    Object.assign(read(wire), { tenant: tenant.name, source: 'MDE' as const });
};
