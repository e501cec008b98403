import { type Child, startChild } from './child.ts';
import { huntRowCount } from './children/hunt-rows.ts';
import { type Ask, get, graphql, percentile, runLoad } from './load.ts';
import { huntQuery } from './queries.ts';
import type { Row } from './rows.ts';
import type { Upstream } from './upstream.ts';

const runs = 5;

/** Each side alone: a hunting answer fills the memory bus of a small machine. */
const measureSide = async (child: Child, ask: Ask) => {
  const idle = await child.usage();
  await ask();
  const before = await child.usage();
  const latencies = await runLoad(ask, runs, 1);
  const after = await child.usage();
  return {
    latencyMs: percentile(latencies, 0.5),
    cpuMs: (after.cpuMs - before.cpuMs) / runs,
    addedMb: after.peakRssMb - idle.rssMb,
  };
};

/** 100,000 rows of 12 columns, which the gateway reads, cleans and types, against a proxy that passes the bytes. */
export const measureHunting = async (upstream: Upstream): Promise<readonly Row[]> => {
  await upstream.prepareHunt();
  const gatewayChild = await startChild('gateway', upstream.place);
  const baselineChild = await startChild('baseline', upstream.place);
  try {
    const ask = graphql(gatewayChild.url, huntQuery, { maxRows: huntRowCount });
    if (!(await ask()).includes(`"rowCount":${huntRowCount}`)) throw new Error('The hunt did not give its rows');
    const gateway = await measureSide(gatewayChild, ask);
    const baseline = await measureSide(baselineChild, get(`${baselineChild.url}/hunt`));
    const rows = huntRowCount.toLocaleString('en');
    return [
      {
        measure: `hunt of ${rows} rows: time`,
        unit: 'ms',
        gateway: gateway.latencyMs,
        baseline: baseline.latencyMs,
      },
      { measure: `hunt of ${rows} rows: CPU`, unit: 'ms', gateway: gateway.cpuMs, baseline: baseline.cpuMs },
      {
        measure: `hunt of ${rows} rows: memory on top`,
        unit: 'MB',
        gateway: gateway.addedMb,
        baseline: baseline.addedMb,
      },
    ];
  } finally {
    await Promise.all([gatewayChild.stop(), baselineChild.stop()]);
  }
};
