import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type Child, startChild } from './child.ts';
import { huntRowCount } from './children/hunt-rows.ts';
import { imageFlags, stripSources } from './image.ts';
import { type Ask, percentile, runLoad } from './load.ts';
import { huntQuery } from './queries.ts';
import { type Row, ratioAtMost } from './rows.ts';
import type { Upstream } from './upstream.ts';

const runs = 7;

/** Reads an answer to its end as bytes, so that both sides cost their reader the same. */
const bytesOf = async (url: string, body?: unknown): Promise<{ readonly bytes: number; readonly last: string }> => {
  const asked = request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
  });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [response]: IncomingMessage[] = await once(asked, 'response');
  if (response?.statusCode !== 200) throw new Error(`${url} answered ${response?.statusCode}`);
  let bytes = 0;
  let last = Buffer.alloc(0);
  for await (const chunk of response) {
    bytes += chunk.length;
    last = Buffer.concat([last, chunk.subarray(-300)]).subarray(-300);
  }
  return { bytes, last: last.toString() };
};

interface Side {
  readonly child: Child;
  readonly ask: Ask;
}

/** Both sides by turns: what else the machine does meets both of them. */
const measureSides = async (sides: readonly Side[]) => {
  const times = sides.map((): number[] => []);
  for (const { ask } of sides) await ask();
  const before = await Promise.all(sides.map(({ child }) => child.usage()));
  for (let run = 0; run < runs; run += 1) {
    for (const [index, { ask }] of sides.entries()) times[index]?.push(...(await runLoad(ask, 1, 1)));
  }
  const after = await Promise.all(sides.map(({ child }) => child.usage()));
  return sides.map((_, index) => ({
    ms: percentile(times[index] ?? [], 0.5),
    cpuMs: ((after[index]?.cpuMs ?? 0) - (before[index]?.cpuMs ?? 0)) / runs,
    peakRssMb: after[index]?.peakRssMb ?? Number.NaN,
  }));
};

const query = { query: 'DeviceProcessEvents', tenants: ['contoso'] };

/** The ways to the rows, and what memory each may take. */
const ways = [
  {
    name: 'hunt of 100,000 rows in GraphQL',
    rssMb: 300,
    ask: (url: string, count: number) => async () => {
      const variables = { maxRows: count };
      const { last } = await bytesOf(`${url}/graphql`, { query: huntQuery, variables });
      if (!last.includes(`"rowCount":${count}`)) throw new Error(`The hunt did not give its rows: ${last}`);
      return last;
    },
  },
  {
    name: 'hunt of 100,000 rows as an export',
    rssMb: 200,
    ask: (url: string, count: number) => async () => {
      const { last } = await bytesOf(`${url}/export/hunt`, query);
      if (!last.includes(`"rows":${count}`)) throw new Error(`The export did not give its rows: ${last}`);
      return last;
    },
  },
] as const;

/** One way, against a server that passes the bytes. */
const measureWay = async (
  { name, rssMb, ask }: (typeof ways)[number],
  start: (side: string) => Promise<Child>,
): Promise<readonly Row[]> => {
  const gatewayChild = await start('gateway');
  const baselineChild = await start('baseline');
  try {
    const passed = async () => (await bytesOf(`${baselineChild.url}/hunt`)).last;
    const [gateway, baseline] = await measureSides([
      { child: gatewayChild, ask: ask(gatewayChild.url, huntRowCount) },
      { child: baselineChild, ask: passed },
    ]);
    if (gateway === undefined || baseline === undefined) throw new Error('A side was not measured');
    return [
      {
        ...{ measure: `${name}: time`, unit: 'ms', gateway: gateway.ms, baseline: baseline.ms },
        promise: ratioAtMost(1.5, gateway.ms, baseline.ms),
      },
      { measure: `${name}: CPU`, unit: 'ms', gateway: gateway.cpuMs, baseline: baseline.cpuMs },
      {
        ...{ measure: `${name}: peak RSS`, unit: 'MB', gateway: gateway.peakRssMb, baseline: baseline.peakRssMb },
        promise: { text: `under ${rssMb} MB`, held: gateway.peakRssMb < rssMb },
      },
    ];
  } finally {
    await Promise.all([gatewayChild.stop(), baselineChild.stop()]);
  }
};

/** 100,000 rows of 12 columns (50 MB), which the gateway reads and cleans, in the process of the image. */
export const measureHunting = async (upstream: Upstream): Promise<readonly Row[]> => {
  await upstream.prepare('hunt');
  const image = stripSources();
  try {
    const rows: Row[] = [];
    for (const way of ways) {
      rows.push(...(await measureWay(way, (side) => startChild(side, upstream.place, imageFlags, image.bench))));
    }
    return rows;
  } finally {
    image.remove();
  }
};
