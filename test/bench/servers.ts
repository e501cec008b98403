import { isDeepStrictEqual } from 'node:util';
import { type Child, startChild } from './child.ts';
import { type Ask, get, graphql, inTurn, percentile, runLoad } from './load.ts';
import { incidentPageQuery, machineQuery, machinesQuery } from './queries.ts';
import { atMost, type Row, ratioAtMost } from './rows.ts';
import { isRecord } from './shape.ts';
import type { Upstream } from './upstream.ts';

/** One server, and what it is asked. */
interface Side {
  readonly child: Child;
  readonly ask: Ask;
}

/** The gateway, the server that is written by hand, and the ordinary one of Apollo, express and DataLoader. */
type Sides = Readonly<Record<'gateway' | 'byHand' | 'ordinary', Side>>;
const names = ['gateway', 'byHand', 'ordinary'] as const;
type Name = (typeof names)[number];

interface Load {
  readonly warmUp: number;
  readonly rounds: number;
  readonly perRound: number;
  readonly parallel: number;
}

/** What one round came to, a request. */
interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly calls: number;
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

const measureRound = async ({ child, ask }: Side, upstream: Upstream, load: Load): Promise<Figures> => {
  await upstream.takeCounts();
  const before = await child.usage();
  const startedMs = performance.now();
  const latencies = await runLoad(ask, load.perRound, load.parallel);
  const elapsedMs = performance.now() - startedMs;
  const cpuMs = (await child.usage()).cpuMs - before.cpuMs;
  const { calls } = await upstream.takeCounts();
  return {
    p50: median(latencies),
    p95: percentile(latencies, 0.95),
    cpuMs: cpuMs / load.perRound,
    perSecond: (load.perRound * 1000) / elapsedMs,
    calls: calls / load.perRound,
  };
};

const isAnswer = (answer: unknown): boolean => isRecord(answer) && isRecord(answer.data) && answer.errors === undefined;

/** Measures the servers in turns; medians of the rounds. @throws Error when they do not answer alike */
const measure = async (sides: Sides, upstream: Upstream, load: Load): Promise<Readonly<Record<Name, Figures>>> => {
  const [ours, ...others] = await Promise.all(
    names.map(async (name): Promise<unknown> => JSON.parse(await sides[name].ask())),
  );
  if (!isAnswer(ours) || !others.every((other) => isDeepStrictEqual(other, ours)))
    throw new Error('The servers do not answer alike');
  for (const name of names) await runLoad(sides[name].ask, load.warmUp, load.parallel);
  const rounds: Readonly<Record<Name, Figures[]>> = { gateway: [], byHand: [], ordinary: [] };
  for (let round = 0; round < load.rounds; round += 1) {
    for (const name of names) rounds[name].push(await measureRound(sides[name], upstream, load));
  }
  const middle = (name: Name): Figures => {
    const of = (figure: keyof Figures): number => median(rounds[name].map((each) => each[figure]));
    return { p50: of('p50'), p95: of('p95'), cpuMs: of('cpuMs'), perSecond: of('perSecond'), calls: of('calls') };
  };
  return { gateway: middle('gateway'), byHand: middle('byHand'), ordinary: middle('ordinary') };
};

const words = {
  p50: 'latency p50',
  p95: 'latency p95',
  cpuMs: 'CPU a request',
  perSecond: 'throughput',
  calls: 'upstream calls',
} as const;
const units = { p50: 'ms', p95: 'ms', cpuMs: 'ms', perSecond: '1/s', calls: 'calls' } as const;

/** The gateway beside the server by hand; the ordinary server in a row of its own. `promise`: how many times as much it may be. */
const rowsOf = (
  workload: string,
  figure: keyof Figures,
  { gateway, byHand, ordinary }: Readonly<Record<Name, Figures>>,
  promise?: number,
): readonly Row[] => {
  const measure = `${workload}: ${words[figure]}`;
  const [ours, theirs] = [gateway[figure], byHand[figure]];
  const held = (): NonNullable<Row['promise']> =>
    figure === 'perSecond' ? ratioAtLeast(promise ?? 0, ours, theirs) : ratioAtMost(promise ?? 0, ours, theirs);
  const row = { measure, unit: units[figure], gateway: ours, baseline: theirs };
  return [
    promise === undefined ? row : { ...row, promise: held() },
    { ...row, measure: `${measure}, ordinary server`, gateway: ordinary[figure] },
  ];
};

const ratioAtLeast = (limit: number, ours: number, theirs: number) => ({
  text: `ratio at least ${limit}`,
  held: ours >= limit * theirs,
});

const oneByOne: Load = { warmUp: 200, rounds: 5, perRound: 60, parallel: 1 };
const eightAtATime: Load = { warmUp: 40, rounds: 3, perRound: 100, parallel: 8 };
const farAway: Load = { warmUp: 5, rounds: 3, perRound: 20, parallel: 1 };
const manyConnections: Load = { warmUp: 2000, rounds: 3, perRound: 2000, parallel: 50 };
const manyRows: Load = { warmUp: 40, rounds: 3, perRound: 40, parallel: 8 };

/** Starts the three servers, and stops them after the work. */
const withServers = async <T>(
  upstream: Upstream,
  work: (children: Readonly<Record<Name, Child>>) => Promise<T>,
): Promise<T> => {
  const gateway = await startChild('gateway', upstream.place);
  const byHand = await startChild('baseline', upstream.place);
  const ordinary = await startChild('ordinary', upstream.place);
  try {
    return await work({ gateway, byHand, ordinary });
  } finally {
    await Promise.all([gateway.stop(), byHand.stop(), ordinary.stop()]);
  }
};

const sidesOf = (children: Readonly<Record<Name, Child>>, askOf: (url: string, name: Name) => Ask): Sides => {
  const of = (name: Name): Side => ({ child: children[name], ask: askOf(children[name].url, name) });
  return { gateway: of('gateway'), byHand: of('byHand'), ordinary: of('ordinary') };
};

/** 50 incidents, their 150 alerts, the 100 machines of their evidence: one page after another, several at a time, and from afar. */
export const measureIncidentPage = (upstream: Upstream): Promise<readonly Row[]> =>
  withServers(upstream, async (children) => {
    const sides = sidesOf(children, (url, name) =>
      name === 'byHand' ? get(`${url}/incident-page`) : graphql(url, incidentPageQuery),
    );
    const single = await measure(sides, upstream, oneByOne);
    const eight = await measure(sides, upstream, eightAtATime);
    await upstream.prepare('50 ms');
    const far = await measure(sides, upstream, farAway).finally(() => upstream.prepare('0 ms'));
    await upstream.prepare('one other row');
    const oneOther = await measure(sides, upstream, oneByOne);
    await upstream.prepare('other rows');
    const other = await measure(sides, upstream, oneByOne).finally(() => upstream.prepare('same rows'));
    const { calls } = single.gateway;
    return [
      ...rowsOf('incident page', 'p50', single, 1.5),
      ...rowsOf('incident page', 'p95', single),
      ...rowsOf('incident page', 'cpuMs', single, 1.9),
      ...rowsOf('incident page, one other incident each time', 'p50', oneOther, 1.5),
      ...rowsOf('incident page, one other incident each time', 'cpuMs', oneOther, 1.9),
      ...rowsOf('incident page, all others each time', 'p50', other, 1.5),
      ...rowsOf('incident page, all others each time', 'cpuMs', other, 1.9),
      { measure: 'incident page: upstream calls', unit: 'calls', gateway: calls, promise: atMost(3, calls) },
      ...rowsOf('incident page, 8 at a time', 'cpuMs', eight, 1.3),
      ...rowsOf('incident page, 8 at a time', 'perSecond', eight),
      ...rowsOf('incident page, upstream 50 ms away', 'p50', far, 1.08),
    ];
  });

const idsIn = async (ask: Ask): Promise<readonly string[]> =>
  [...(await ask()).matchAll(/"machineId":"([0-9a-f]{40})"/g)].map(([, id = '']) => id);

const idsQuery = '{ machines(tenants: ["contoso"], first: 100) { nodes { machineId } } }';

/** One machine by its id over 50 connections, each request another one, and 1,000 machines in a page. */
export const measureMachines = (upstream: Upstream): Promise<readonly Row[]> =>
  withServers(upstream, async (children) => {
    const ids = await idsIn(graphql(children.gateway.url, idsQuery));
    if (ids.length < 100) throw new Error('There are too few machines for connections to ask for different ones');
    const askWith = (cacheControl: string) =>
      sidesOf(children, (url, name) =>
        inTurn(
          ids.map((id) =>
            name === 'byHand' ? get(`${url}/machine?id=${id}`) : graphql(url, machineQuery, { id }, cacheControl),
          ),
        ),
      );
    const fetched = await measure(askWith('no-cache'), upstream, manyConnections);
    const kept = await measure(askWith('max-age=60'), upstream, manyConnections);
    await upstream.prepare('1000 machines');
    const pages = sidesOf(children, (url, name) =>
      name === 'byHand' ? get(`${url}/machines`) : graphql(url, machinesQuery),
    );
    const many = await measure(pages, upstream, manyRows);
    await upstream.prepare('other rows');
    const other = await measure(pages, upstream, manyRows).finally(() => upstream.prepare('same rows'));
    await upstream.prepare('no machines');
    return [
      ...rowsOf('a machine by id, 50 connections', 'perSecond', fetched, 0.6),
      ...rowsOf('a machine by id, 50 connections', 'cpuMs', fetched),
      ...rowsOf('the same from the short cache', 'perSecond', kept, 1.2),
      ...rowsOf('1,000 machines x 5 fields, 8 at a time', 'cpuMs', many, 1.3),
      ...rowsOf('the same, all others each time', 'cpuMs', other, 1.3),
    ];
  });
