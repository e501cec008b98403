import type { Permission, TenantPermission } from '../access/roles.ts';
import type { Judge, JudgeOf, Visibility } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { SourceApi } from '../domain/enums.ts';
import type { EntityKind } from '../domain/id-forms.ts';
import type { RoutingDependencies } from '../routing/dependencies.ts';
import type { MachineNames } from '../routing/machine-names.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import { type EntityOf, type Fields, readFields, type WireObject } from '../unification/fields.ts';
import type { Comparators } from './orders.ts';

/** What every entity of a tenant has. */
export interface OfTenant {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** The API that answered. */
  readonly source: SourceApi;
}

/** What entities are read with. */
export interface ReadParts extends RoutingDependencies {
  /** Ids gathered into one `$filter`. */
  readonly idsPerCall: number;
  readonly machineNames: MachineNames;
}

/** What of a type is the same for its list, its loader and its look-up. */
export interface Entity<T> {
  /** The type in the graph. */
  readonly type: string;
  /** The form of its ids, in `src/domain/id-forms.ts`. */
  readonly kind: EntityKind;
  /** Unique in a tenant. */
  readonly idOf: (row: T) => string;
  /** What a caller needs to read it. */
  readonly permission: Permission;
  /** What a caller sees of it in a tenant who has the permission in a part of it; `null`: all. */
  readonly judge: (visibility: Visibility, tenant: Tenant) => Judge<T> | null;
  /** The time that its list is ordered by, newest first. Null: tenants one after the other, each in Microsoft's order. */
  readonly timeOf: ((row: T) => string | null) | null;
}

/** One type of entity: everything that lists, loaders and look-ups are made of. `F`: its filter; `T`: itself. */
export interface EntityRow<F, T, Field extends string, Reads extends CollectionReads<F, T>, Type extends string>
  extends Entity<T> {
  readonly type: Type;
  /** How one tenant's entities are read. */
  readonly reads: (parts: ReadParts) => Reads;
  /** Other orders that callers may ask for; the gateway makes them. */
  readonly orders: Comparators<Field, T>;
  /** Throws `BAD_USER_INPUT` for a filter that nothing can meet, before any tenant is asked. */
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

/** A row of the table of entities, its types inferred. */
export const entity = <
  F,
  T,
  Field extends string,
  Reads extends CollectionReads<F, T>,
  const Type extends string,
  Asked extends Permission,
>({
  visible,
  ...row
}: WrittenRow<EntityRow<F, T, Field, Reads, Type>, T, Asked>): EntityRow<F, T, Field, Reads, Type> => ({
  ...row,
  judge: (visibility, tenant) => visible(visibility)(row.permission, tenant),
});

/** Seen by everybody who has the permission, which is about the whole tenant. */
export const byPermissionAlone = (): ((permission: TenantPermission) => null) => () => null;

/** The reader of an entity that only Defender for Endpoint serves, by its table of fields. */
export const fromMde = <Table extends Fields>(table: Table) => {
  const read = readFields(table);
  return (tenant: Pick<Tenant, 'name'>, wire: WireObject): EntityOf<Table> & OfTenant =>
    Object.assign(read(wire), { tenant: tenant.name, source: 'MDE' as const });
};
