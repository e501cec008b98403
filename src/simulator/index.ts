import { createGraph } from './graph/product.ts';
import { runKql } from './kql/run.ts';
import { createM365d } from './m365d/product.ts';
import type { ActionTimes } from './mde/action-progress.ts';
import { createMde } from './mde/product.ts';
import type { CoreOptions, Simulator, SimulatorParts } from './options.ts';
import { runSimulator } from './simulator.ts';
import { createWorld } from './world/estate.ts';

export type { CallFilter, RecordedCall } from './calls.ts';
export { type SimCloudName, simCloudNames } from './clouds.ts';
export type { ActiveFault, FaultEffect, FaultRule } from './faults.ts';
export { type OddityName, oddities } from './oddities/table.ts';
export { isProfile, type OddityChanges, type OddityValues, type Profile } from './oddities/values.ts';
export type { LocalEndpoints, Simulator } from './options.ts';
export { demoTenants, type Grants, type SimApp, type SimTenant, type SimUser, tenantForCloud } from './tenants.ts';

/** How a simulator of all three products is set up; everything has a default. */
export interface SimulatorOptions extends CoreOptions {
  /** How long machine actions take, by the simulator's clock; what is left out keeps its default. */
  readonly actionTimes?: Partial<ActionTimes>;
  /** Rows of a list whose request has no `$top`, per product: small ones make clients page. Default: each product's own. */
  readonly pageSizes?: { readonly mde?: number; readonly graph?: number };
  /** Graph answers an empty page with a nextLink before each further page. Default false. */
  readonly emptyPages?: boolean;
}

/** Short enough to watch; an unreachable machine is waited for as long as live response documents it. */
const defaultActionTimes: ActionTimes = { pendingMs: 2_000, runningMs: 5_000, queueMs: 2 * 3_600_000 };

const pageSize = (rows: number | undefined) => (rows === undefined ? {} : { pageSize: rows });

/**
 * Starts a stand-in for Entra, Defender for Endpoint, Microsoft 365 Defender and Microsoft Graph security over TLS, for
 * the tenants of the demo unless others are given.
 */
export const startSimulator = (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { actionTimes, pageSizes = {}, emptyPages = false, ...core } = options;
  const parts: SimulatorParts = {
    createWorld,
    createProducts: (downloads) => [
      createMde({
        ...downloads,
        actionTimes: { ...defaultActionTimes, ...actionTimes },
        runKql,
        ...pageSize(pageSizes.mde),
      }),
      createM365d({ runKql }),
      createGraph({ runKql, emptyPages, ...pageSize(pageSizes.graph) }),
    ],
  };
  return runSimulator(parts, core);
};
