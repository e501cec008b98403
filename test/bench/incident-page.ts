import { isDeepStrictEqual } from 'node:util';
import { type Child, startChild } from './child.ts';
import { type Ask, get, graphql, percentile, runLoad } from './load.ts';
import { incidentPageQuery } from './queries.ts';
import { atMost, type Row, ratioAtMost } from './rows.ts';
import type { Upstream } from './upstream.ts';

const warmUp = 300;
const rounds = 6;
const perRound = 100;
const parallel = 8;

interface Side {
  readonly child: Child;
  readonly ask: Ask;
  cpuMs: number;
  readonly latencies: number[];
  calls: number;
  parallelMs: number;
}

const sideOf = (child: Child, ask: Ask): Side => ({ child, ask, cpuMs: 0, latencies: [], calls: 0, parallelMs: 0 });

/** One at a time: several at once would share upstream calls, which is another virtue. */
const measureRound = async (side: Side, upstream: Upstream): Promise<void> => {
  await upstream.takeCounts();
  const before = await side.child.usage();
  side.latencies.push(...(await runLoad(side.ask, perRound, 1)));
  const after = await side.child.usage();
  side.cpuMs += after.cpuMs - before.cpuMs;
  side.calls += (await upstream.takeCounts()).calls;
};

const measureParallel = async (side: Side): Promise<void> => {
  const startedMs = performance.now();
  await runLoad(side.ask, perRound, parallel);
  side.parallelMs += performance.now() - startedMs;
};

/** 50 incidents, their 150 alerts, the 100 machines of their evidence: the gateway against the same page by hand. */
export const measureIncidentPage = async (upstream: Upstream): Promise<readonly Row[]> => {
  const gatewayChild = await startChild('gateway', upstream.place);
  const baselineChild = await startChild('baseline', upstream.place);
  try {
    const gateway = sideOf(gatewayChild, graphql(gatewayChild.url, incidentPageQuery));
    const baseline = sideOf(baselineChild, get(`${baselineChild.url}/incident-page`));
    const sides = [gateway, baseline];
    const [ours, theirs] = await Promise.all(sides.map(async ({ ask }): Promise<unknown> => JSON.parse(await ask())));
    if (!isDeepStrictEqual(ours, theirs)) throw new Error('The gateway and the page by hand do not answer alike');

    for (const side of sides) await runLoad(side.ask, warmUp, 1);
    for (let round = 0; round < rounds; round += 1) {
      for (const side of sides) await measureRound(side, upstream);
    }
    for (let round = 0; round < 2; round += 1) {
      for (const side of sides) await measureParallel(side);
    }
    return rowsOf(gateway, baseline);
  } finally {
    await Promise.all([gatewayChild.stop(), baselineChild.stop()]);
  }
};

const rowsOf = (gateway: Side, baseline: Side): readonly Row[] => {
  const requests = rounds * perRound;
  const both = (of: (side: Side) => number) => ({ gateway: of(gateway), baseline: of(baseline) });
  const cpu = both(({ cpuMs }) => cpuMs / requests);
  const calls = both((side) => side.calls / requests);
  return [
    {
      measure: 'incident page: CPU a request',
      unit: 'ms',
      ...cpu,
      promise: ratioAtMost(3, cpu.gateway, cpu.baseline),
    },
    { measure: 'incident page: upstream calls', unit: 'calls', ...calls, promise: atMost(4, calls.gateway) },
    { measure: 'incident page: latency p50', unit: 'ms', ...both(({ latencies }) => percentile(latencies, 0.5)) },
    { measure: 'incident page: latency p95', unit: 'ms', ...both(({ latencies }) => percentile(latencies, 0.95)) },
    {
      measure: `incident page: throughput, ${parallel} at a time`,
      unit: '1/s',
      ...both(({ parallelMs }) => (2 * perRound * 1000) / parallelMs),
    },
  ];
};
