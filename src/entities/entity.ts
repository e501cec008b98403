import type { Tenant } from '../config/tenants.ts';
import type { SourceApi } from '../domain/enums.ts';
import type { OpenRows } from '../routing/opened-list.ts';
import type { CallScope } from '../scope.ts';
import { type EntityOf, type Fields, readFields, type WireObject } from '../unification/fields.ts';

/** What every entity of a tenant has. */
export interface OfTenant {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** The API that answered. */
  readonly source: SourceApi;
}

/** The upstream's own ids of a type. */
export interface IdForm<T> {
  /** The property that holds it, and the argument that names it. */
  readonly field: keyof T & string;
  readonly form: RegExp;
  /** The form in words, e.g. `a CVE id`. */
  readonly says: string;
  /** The one spelling of ids that Microsoft takes in several, e.g. in capitals; as given unless said. */
  readonly normal?: (id: string) => string;
}

/** How one tenant's entities of a type are read. */
export interface EntityReads<F, T> {
  /** Opens the list. */
  open: OpenRows<F, T>;
  /** By id; ids that do not exist are absent, failed ones hold their error. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, T | Error>>;
}

/** The reader of an entity that only Defender for Endpoint serves, by its table of fields. */
export const fromMde = <Table extends Fields>(table: Table) => {
  const read = readFields(table);
  return (tenant: Pick<Tenant, 'name'>, wire: WireObject): EntityOf<Table> & OfTenant =>
    Object.assign(read(wire), { tenant: tenant.name, source: 'MDE' as const });
};
