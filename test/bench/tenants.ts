import { isDeepStrictEqual } from 'node:util';
import { type Lab, startLab, tenantNames } from '../promises/lab.ts';
import { machineRows, type StandInRow, timedRows } from '../promises/stand-in.ts';
import { type Child, startChild } from './child.ts';
import { get, graphql, percentile, runLoad } from './load.ts';
import { type Row, ratioAtMost } from './rows.ts';

const rounds = 5;
const upstreamMs = 50;
const first = 1000;

/** Rows that a page by hand asks of each of 50 tenants for the newest 1,000. */
const topByHand = 24;

const startGateway = ({ manySettings, many: { simulator } }: Lab): Promise<Child> => {
  const place = { tenantId: '', clientId: '', clientSecret: '', authority: '', graph: '', mde: '' };
  return startChild('gateway', { ...place, caPem: simulator.caPem, settings: manySettings });
};

const alertsOf = (tenants: readonly string[]): string =>
  `{ alerts(tenants: ${JSON.stringify(tenants)}, first: ${first}) {
    nodes { alertId title severity status createdAt tenant { name } } failures { code } } }`;

const machinesOf = (tenants: readonly string[]): string =>
  `{ machines(tenants: ${JSON.stringify(tenants)}, first: ${first}) {
    nodes { computerDnsName osPlatform riskScore healthStatus lastSeen } failures { code } } }`;

/** Fills one list of each of some tenants. */
const fill = (
  { estate }: Lab,
  of: 'alerts' | 'machines',
  tenants: readonly string[],
  rowsOf: (tenant: number) => readonly StandInRow[],
): void => {
  for (const name of tenantNames) estate(name)[of].splice(0);
  for (const [index, name] of tenants.entries()) estate(name)[of].push(...rowsOf(index));
};

/** Alerts an hour apart, which come from every tenant in its turn. */
const evenRows = (tenant: number, count: number): StandInRow[] =>
  timedRows(`${tenant}a`, count, (tenant * 37) % 60, 60);

/** Alerts at times by chance, the same at each run: some tenants have more of the newest than others. */
const chanceRows = (tenant: number, count: number): StandInRow[] => {
  let state = tenant + 1;
  const minutes = Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 100_000;
  });
  return minutes.toSorted((a, b) => a - b).flatMap((from, index) => timedRows(`${tenant}r${index}-`, 1, from));
};

/** The newest 1,000 alerts of 50 tenants against the same page by hand. */
const measureFifty = async (lab: Lab): Promise<readonly Row[]> => {
  const tenants = tenantNames.slice(0, 50);
  fill(lab, 'alerts', tenants, (tenant) => evenRows(tenant, 100));
  const ids = new Map(lab.many.simulator.tenants.map(({ name, tenantId }) => [name, tenantId]));
  const gatewayChild = await startGateway(lab);
  const byHandChild = await startChild('tenants-page', {
    origin: lab.standIn.origin,
    tenants: tenants.map((name) => ({ name, tenantId: ids.get(name) ?? '' })),
    top: topByHand,
    first,
  });
  try {
    const gateway = { child: gatewayChild, ask: graphql(gatewayChild.url, alertsOf(tenants)), ms: [0], cpuMs: 0 };
    const byHand = { child: byHandChild, ask: get(byHandChild.url), ms: [0], cpuMs: 0 };
    const sides = [gateway, byHand];
    const [ours, theirs] = await Promise.all(sides.map(async ({ ask }): Promise<unknown> => JSON.parse(await ask())));
    if (!isDeepStrictEqual(ours, theirs)) throw new Error('The gateway and the page by hand do not answer alike');
    for (const side of sides) await runLoad(side.ask, 20, 1);
    for (const side of sides) side.ms.length = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const side of sides) {
        const before = await side.child.usage();
        side.ms.push(...(await runLoad(side.ask, 20, 1)));
        side.cpuMs += (await side.child.usage()).cpuMs - before.cpuMs;
      }
    }
    const p50 = [percentile(gateway.ms, 0.5), percentile(byHand.ms, 0.5)] as const;
    const requests = rounds * 20;
    return [
      {
        measure: '1,000 alerts of 50 tenants: latency p50',
        unit: 'ms',
        gateway: p50[0],
        baseline: p50[1],
        promise: ratioAtMost(1.5, ...p50),
      },
      {
        measure: '1,000 alerts of 50 tenants: CPU a request',
        unit: 'ms',
        gateway: gateway.cpuMs / requests,
        baseline: byHand.cpuMs / requests,
      },
    ];
  } finally {
    await Promise.all([gatewayChild.stop(), byHandChild.stop()]);
  }
};

/** A page of 200 tenants against one of a tenant that has all of its rows, where Microsoft takes its time. */
const measureTwoHundred = async (lab: Lab): Promise<readonly Row[]> => {
  const lists = [
    ['alerts', 'alerts', alertsOf, (tenant: number) => evenRows(tenant, 50), () => timedRows('one', first + 1)],
    [
      'alerts by chance',
      'alerts',
      alertsOf,
      (tenant: number) => chanceRows(tenant, 50),
      () => timedRows('one', first + 1),
    ],
    [
      'machines',
      'machines',
      machinesOf,
      (tenant: number) => machineRows(tenant % 10, tenant * 100),
      () => machineRows(first + 1, 50_000),
    ],
  ] as const;
  const gateway = await startGateway(lab);
  const timeOf = async (query: string, times: number) =>
    percentile(await runLoad(graphql(gateway.url, query), times, 1), 0.5);
  try {
    const rows: Row[] = [];
    for (const [named, list, queryOf, rowsOf, rowsOfOne] of lists) {
      const [one = ''] = tenantNames;
      fill(lab, list, [one], rowsOfOne);
      await timeOf(queryOf([one]), 5);
      lab.standIn.delay(upstreamMs);
      const oneMs = await timeOf(queryOf([one]), rounds);
      lab.standIn.delay(0);
      fill(lab, list, tenantNames, rowsOf);
      await timeOf(queryOf(tenantNames), 5);
      lab.standIn.delay(upstreamMs);
      lab.standIn.take();
      const allMs = await timeOf(queryOf(tenantNames), rounds);
      const { calls } = lab.standIn.take();
      lab.standIn.delay(0);
      fill(lab, list, [], () => []);
      rows.push(
        {
          measure: `1,000 ${named} of 200 tenants against one, upstream ${upstreamMs} ms: latency p50`,
          unit: 'ms',
          gateway: allMs,
          baseline: oneMs,
          promise: ratioAtMost(2, allMs, oneMs),
        },
        { measure: `1,000 ${named} of 200 tenants: upstream calls`, unit: 'calls', gateway: calls / rounds },
      );
    }
    return rows;
  } finally {
    await gateway.stop();
  }
};

/** The same page when no list is as it was before: then each end has to be asked for. */
const measureChanged = async (lab: Lab): Promise<readonly Row[]> => {
  const gateway = await startGateway(lab);
  const ask = graphql(gateway.url, machinesOf(tenantNames));
  const ms: number[] = [];
  try {
    for (let round = 0; round < rounds + 3; round += 1) {
      fill(lab, 'machines', tenantNames, (tenant) => machineRows(tenant % 10, round * 100_000 + tenant * 100));
      lab.standIn.delay(upstreamMs);
      lab.standIn.take();
      ms.push(...(await runLoad(ask, 1, 1)));
      lab.standIn.delay(0);
    }
    const { calls } = lab.standIn.take();
    const of = `1,000 machines of 200 tenants, all of them new, upstream ${upstreamMs} ms`;
    return [
      { measure: `${of}: latency p50`, unit: 'ms', gateway: percentile(ms.slice(-rounds), 0.5) },
      { measure: `${of}: upstream calls`, unit: 'calls', gateway: calls },
    ];
  } finally {
    fill(lab, 'machines', [], () => []);
    await gateway.stop();
  }
};

/** What a gateway has in memory that was asked for a page several times. */
const rssOf = async (lab: Lab, query: string): Promise<number> => {
  const gateway = await startGateway(lab);
  try {
    // Tokens and connections of all tenants are no part of the page.
    await runLoad(graphql(gateway.url, alertsOf(tenantNames)), 3, 1);
    await runLoad(graphql(gateway.url, query), 10, 1);
    return (await gateway.usage()).rssMb;
  } finally {
    await gateway.stop();
  }
};

/** Memory after `machines(first: 1000)` over 200 tenants of 2,000 machines, and over one of them. */
const measureMemory = async (lab: Lab): Promise<Row> => {
  // The first has none: what is read of the others at once is what counts.
  fill(lab, 'machines', tenantNames, (tenant) => (tenant === 0 ? [] : machineRows(2000, tenant * 2000)));
  const one = await rssOf(lab, machinesOf(tenantNames.slice(1, 2)));
  const all = await rssOf(lab, machinesOf(tenantNames));
  fill(lab, 'machines', [], () => []);
  return {
    measure: '1,000 machines of 200 tenants against one: RSS',
    unit: 'MB',
    gateway: all,
    baseline: one,
    promise: ratioAtMost(1.25, all, one),
  };
};

/** One list over many tenants. */
export const measureTenants = async (): Promise<readonly Row[]> => {
  const lab = await startLab();
  try {
    return [
      ...(await measureFifty(lab)),
      ...(await measureTwoHundred(lab)),
      ...(await measureChanged(lab)),
      await measureMemory(lab),
    ];
  } finally {
    await lab.stop();
  }
};
