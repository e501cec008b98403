import type { SimulatorParts } from './options.ts';
import { type SimTenant, stableSeed } from './tenants.ts';
import type { TenantWorld } from './world/types.ts';

export interface WorldsDeps {
  readonly tenants: readonly SimTenant[];
  readonly seed: number;
  readonly now: () => Date;
  readonly createWorld: SimulatorParts['createWorld'];
}

/** The tenants' estates; each is made at its first use, at the time of that use. */
export const createWorlds = ({ tenants, seed, now, createWorld }: WorldsDeps) => {
  const worlds = new Map<string, TenantWorld>();
  return {
    byId(tenantId: string): TenantWorld {
      const known = worlds.get(tenantId);
      if (known) return known;
      const tenant = tenants.find((candidate) => candidate.tenantId === tenantId);
      if (!tenant) throw new Error(`The simulator has no tenant ${tenantId}`);
      const { name, scale } = tenant;
      const world = createWorld({
        name,
        tenantId,
        seed: (tenant.seed ?? stableSeed(name)) + seed,
        now: now(),
        ...(scale === undefined ? {} : { scale }),
      });
      worlds.set(tenantId, world);
      return world;
    },
  };
};
