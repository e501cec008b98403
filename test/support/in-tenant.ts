import type { CallFilter, FaultEffect, FaultRule } from '../../src/simulator/index.ts';
import type { Running } from './gateway.ts';

/** What goes wrong in a tenant: by default with reads of one machine. */
type TenantFault = Omit<FaultRule, 'tenant' | 'effect'>;

/** Questions, faults and calls of one tenant. */
export const inTenant = ({ simulator, ask }: Running, tenant: string) => {
  const world = simulator.world(tenant);
  return {
    tenant,
    world,
    fault: (effect: FaultEffect, rule: TenantFault = { operation: 'getMachine' }) =>
      simulator.faults.add({ tenant, effect, ...rule }),
    calls: (filter: CallFilter = { operation: 'getMachine' }) => simulator.calls.list({ tenant, ...filter }),
    /** The query has a variable `$tenant`. */
    ask: <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) =>
      ask<Data>(query, { tenant, ...variables }),
    askMachine: () =>
      ask<{ machine: { machineId: string } | null }>(
        'query ($tenant: String!, $id: ID!) { machine(tenant: $tenant, machineId: $id) { machineId } }',
        { tenant, id: world.machines[0]?.id },
      ),
  };
};
