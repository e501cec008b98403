import type { SimCloudName, SimTenant } from '../../src/simulator/index.ts';
import { everything, type Grants, stableGuid } from '../../src/simulator/tenants.ts';

export interface TenantOptions {
  readonly cloud?: SimCloudName;
  /** What an admin consented to; everything unless said. */
  readonly permissions?: Partial<Grants>;
  /** Multiplies the estate of 60 machines, 50 incidents and 150 alerts. */
  readonly scale?: number;
}

/** A tenant of the simulator with one app, whose secret is `secret-<name>`. */
export const simTenant = (name: string, options: TenantOptions = {}): SimTenant => ({
  name,
  tenantId: stableGuid(`tenant ${name}`),
  cloud: options.cloud ?? 'global',
  apps: [
    {
      clientId: stableGuid(`app ${name}`),
      secrets: [`secret-${name}`],
      certificates: [],
      permissions: { ...everything, ...options.permissions },
    },
  ],
  users: [],
  ...(options.scale === undefined ? {} : { scale: options.scale }),
});
