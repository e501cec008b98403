import { type OddityChanges, type OddityValues, withChanges } from './values.ts';

/** The oddities as one tenant's requests meet them. */
export interface TenantOddities {
  readonly values: OddityValues;
  /** How often something has happened in this tenant, this time included: 1 at first. */
  turn(what: string): number;
}

/** How the oddities stand, for all tenants and for single ones. */
export interface Oddities {
  /** `null`: a request that names no tenant. */
  of(tenantName: string | null): TenantOddities;
  /** Changes them for one tenant, or for all without own changes. @throws ZodError */
  set(changes: OddityChanges, tenantName?: string): void;
  /** As at the start, counts included. */
  reset(): void;
}

/** Oddities in memory. */
export const createOddities = (initial: OddityValues): Oddities => {
  let common = initial;
  const own = new Map<string, OddityChanges>();
  const turns = new Map<string, number>();
  return {
    of(tenantName) {
      const changes = own.get(tenantName ?? '');
      return {
        values: changes === undefined ? common : withChanges(common, changes),
        turn(what) {
          const key = JSON.stringify([tenantName, what]);
          const count = (turns.get(key) ?? 0) + 1;
          turns.set(key, count);
          return count;
        },
      };
    },
    set(changes, tenantName) {
      if (tenantName === undefined) common = withChanges(common, changes);
      else own.set(tenantName, { ...own.get(tenantName), ...changes });
    },
    reset() {
      common = initial;
      own.clear();
      turns.clear();
    },
  };
};
