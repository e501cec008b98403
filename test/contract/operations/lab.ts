import type { RecordedCall } from '../../../src/simulator/calls.ts';
import type { FaultRule } from '../../../src/simulator/faults.ts';
import { freshMachine } from '../../e2e/actions/action-rows.ts';
import { askGateway, type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { type Ask, type Estate, type OperationName, type Reach, tenants } from './reach.ts';

/** What came of a question. */
export interface Reached {
  readonly ask: Ask;
  /** Faults that the answer tells, wherever it tells them. */
  readonly faults: readonly string[];
  /** Calls of the operation, in the tenant that was asked. */
  readonly calls: readonly RecordedCall[];
}

export interface ReachLab {
  readonly reach: (name: OperationName, row: Reach) => Promise<Reached>;
  stop(): Promise<void>;
}

/** Simulator and gateway, with nothing between a question and its call. */
export const startReachLab = async (): Promise<ReachLab> => {
  const running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: [
        simTenant(tenants.whole),
        simTenant(tenants.withoutGraph, { scale: 0.2, permissions: { graph: [] } }),
        simTenant(tenants.withoutAny, { permissions: { graph: [], m365d: [], mde: [] } }),
        simTenant(tenants.endpointAlone, { scale: 0.2, permissions: { graph: [], m365d: [] } }),
      ],
      enforceQuotas: false,
      actionTimes: { pendingMs: 400, runningMs: 100 },
      oddities: { bigInts: false },
    },
    settings: (offered) => changedSettings(offered, [[['limits', 'requestsPerMinute'], 0]]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
  const used = new Set<string>();
  const estateOf = (tenant: string): Estate => {
    const world = running.simulator.world(tenant);
    return {
      tenant,
      world,
      fresh: () => {
        const { id } = freshMachine(world, used);
        used.add(id);
        return id;
      },
    };
  };
  return {
    reach: async (name, { of = 'whole', before, insteadOf, ask }) => {
      const tenant = tenants[of];
      const estate = estateOf(tenant);
      if (before !== undefined) await faultsOf(running, before(estate));
      const asked = ask(estate);
      if (insteadOf !== undefined) running.simulator.faults.add(refusalOf(insteadOf));
      running.simulator.calls.reset();
      const faults = await faultsOf(running, asked);
      running.simulator.faults.clear();
      return { ask: asked, faults, calls: running.simulator.calls.list({ operation: name, tenant }) };
    },
    stop: () => running.stop(),
  };
};

/** A quota that is spent is so for longer than a caller waits. */
const refusalOf = ({ operation, status }: NonNullable<Reach['insteadOf']>): FaultRule => ({
  operation,
  times: 1,
  effect: { kind: 'status', status, ...(status === 429 && { retryAfter: 600 }) },
});

/** Codes of errors, of tenants that failed and of targets, and outcomes that are none. */
const faultsOf = async ({ gateway }: Running, ask: Ask): Promise<readonly string[]> => {
  if ('get' in ask) {
    const answer = await fetch(`${gateway.url}${ask.get}`);
    const text = await answer.text();
    return answer.status === 200 && !text.includes('"@export":"failure"') ? [] : [text.slice(0, 500)];
  }
  const { errors, data } = await askGateway<unknown>(gateway.url, ask.document, { ...ask.variables });
  const inData = [...(JSON.stringify(data) ?? '').matchAll(/"code":"(\w+)"(?:,"message":"[^"]*")?/g)].map(
    ([told]) => told,
  );
  return [...errors.map(({ message }) => message), ...inData];
};
