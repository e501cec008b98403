import type { Tenant } from './tenants.ts';

/** The configured tenants, by name and by tag. */
export interface TenantDirectory {
  get(name: string): Tenant | undefined;
  /** Tenants that carry at least one of `tags`, sorted by name. */
  byTags(tags: readonly string[]): readonly Tenant[];
  /** Every tenant, sorted by name. */
  readonly all: readonly Tenant[];
}

/** Names are unique: `config/tenant-list` sees to it. */
export const createTenantDirectory = (tenants: readonly Tenant[]): TenantDirectory => {
  const all = Object.freeze([...tenants].sort((a, b) => (a.name < b.name ? -1 : 1)));
  const byName = new Map(all.map((tenant) => [tenant.name, tenant]));
  return {
    get: (name) => byName.get(name),
    byTags: (tags) => all.filter((tenant) => tags.some((tag) => tenant.tags.includes(tag))),
    all,
  };
};
