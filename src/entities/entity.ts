import type { Permission } from '../access/roles.ts';
import type { SourceApi } from '../domain/enums.ts';
import type { OpenRows } from '../routing/opened-list.ts';
import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';

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
  /** The one spelling of ids that are equal to Microsoft in several, e.g. in lower case; as given unless said. */
  readonly normal?: (id: string) => string;
}

/** How one tenant's entities of a type are read. */
export interface EntityReads<F, T> {
  /** Opens the list. */
  open: OpenRows<F, T>;
  /** By id; ids that do not exist are absent, failed ones hold their error. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, T | Error>>;
}
