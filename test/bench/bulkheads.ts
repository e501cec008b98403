import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRunning } from '../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { type Child, startChild } from './child.ts';
import { graphql, percentile } from './load.ts';
import { type Row, ratioAtMost } from './rows.ts';

const quickMs = 50;
/** Long, and not all of them at once: what is measured is what those who wait hold, not what their answers cost. */
const slowMs = (): number => 20_000 + Math.random() * 20_000;
const askedOfEach = 25;
/** Those who wait come within it. */
const arrivalMs = 3000;
/** Between two questions: what is measured is how long one waits, not how many there is room for. */
const mostPauseMs = 200;
const waitingCallers = 500;
const quick = Array.from({ length: 20 }, (_, index) => `quick-${index}`);
const slow = ['slow-0', 'slow-1'] as const;

/** Ids of machines that the service answers late begin with it. */
const slowMark = 'f';

/** One host for all tenants, as Microsoft's is. */
const startService = async (): Promise<{ readonly server: Server; readonly origin: string }> => {
  const server = createServer((request, response) => {
    const id = request.url?.split('/').at(-1) ?? '';
    const answer = () =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id, computerDnsName: 'm' }));
    setTimeout(answer, id.startsWith(slowMark) ? slowMs() : quickMs).unref();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
};

/** Gateways of their own, all with the same tenants. */
const startGateways = async (
  origin: string,
  count: number,
): Promise<{ readonly gateways: readonly Child[]; stop(): Promise<void> }> => {
  const names = [...quick, ...slow];
  const scopes = {
    mde: 'https://api.securitycenter.microsoft.com',
    graph: 'https://graph.microsoft.com',
    m365d: 'https://api.security.microsoft.com',
  };
  let settings = '';
  const running = await startRunning({
    simulator: { tenants: names.map((name) => simTenant(name, { scale: 0.02 })), enforceQuotas: false },
    settings: (offered, simulator) => {
      settings = changedSettings(offered, [
        [['limits'], { upstreamTimeoutMs: 60_000, requestTimeoutMs: 120_000, eventLoopLagMs: 60_000 }],
        [['upstream', 'keepQuotas'], false],
        ...names.flatMap((name, place): SettingsChange[] => [
          [['tenants', place, 'cloud'], 'custom'],
          [
            ['tenants', place, 'endpoints'],
            { authority: simulator.endpoints(name).authority, mde: origin, graph: origin, m365d: origin, scopes },
          ],
        ]),
      ]);
      return settings;
    },
  });
  const place = { tenantId: '', clientId: '', clientSecret: '', authority: '', graph: '', mde: '' };
  const gateways = await Promise.all(
    Array.from({ length: count }, () => startChild('gateway', { ...place, caPem: running.simulator.caPem, settings })),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await running.stop();
  };
  return { gateways, stop };
};

/** A machine that nobody asked for yet: reads of the same one are shared. */
const fresh = (() => {
  let count = 0;
  return (mark: string): string => {
    count += 1;
    return mark + count.toString(16).padStart(39, '0');
  };
})();

const query = (tenant: string, id: string): string =>
  `{ machine(tenant: "${tenant}", machineId: "${id}") { machineId } }`;

/** Milliseconds of the quick tenants' questions, one after another in each, with a pause between two. */
const measureQuick = async (url: string): Promise<readonly number[]> => {
  const each = quick.map(async (tenant) => {
    const took: number[] = [];
    for (let asked = 0; asked < askedOfEach; asked += 1) {
      await sleep(Math.random() * mostPauseMs);
      const startedMs = performance.now();
      const text = await graphql(url, query(tenant, fresh('0')))();
      if (text.includes('"errors"')) throw new Error(`A quick tenant was not answered: ${text.slice(0, 300)}`);
      took.push(performance.now() - startedMs);
    }
    return took;
  });
  return (await Promise.all(each)).flat();
};

/** As many callers as ever wait for each of these tenants: whoever is answered asks again. */
const keepWaiting = (url: string, tenants: readonly string[]): (() => void) => {
  let isOver = false;
  const wait = async (tenant: string): Promise<void> => {
    // Not all at once: the gateway's host does not queue so many connections.
    await sleep(Math.random() * arrivalMs);
    while (!isOver) {
      const startedMs = performance.now();
      // Those who still wait in the end are cut off.
      const told = await graphql(url, query(tenant, fresh(slowMark)))().catch(String);
      if (!isOver && performance.now() - startedMs < quickMs)
        throw new Error(`A slow tenant was not waited for: ${told.slice(0, 300)}`);
    }
  };
  for (const tenant of tenants) for (let caller = 0; caller < waitingCallers; caller += 1) void wait(tenant);
  return () => {
    isOver = true;
  };
};

/**
 * Quick tenants while others hang, against the same without: no tenant takes another's connections. A gateway for each number of
 * slow tenants, measured at the same time: what else the machine does falls on all of them.
 */
export const measureBulkheads = async (): Promise<readonly Row[]> => {
  const { server, origin } = await startService();
  const { gateways, stop } = await startGateways(origin, slow.length + 1);
  const sides = gateways.map(({ url }, count) => ({ url, count }));
  const enders: (() => void)[] = [];
  try {
    const measureAll = () => Promise.all(sides.map(({ url }) => measureQuick(url)));
    await measureAll();
    for (const { count, url } of sides) enders.push(keepWaiting(url, slow.slice(0, count)));
    // All of them have come when the host has as many as it gets.
    await measureAll();
    const cpuOf = () => Promise.all(gateways.map(async (gateway) => (await gateway.usage()).cpuMs));
    const before = await cpuOf();
    const took = await measureAll();
    const after = await cpuOf();
    const [alone, ...beside] = took.map((each, count) => ({
      count,
      p99: percentile(each, 0.99),
      cpuMs: ((after[count] ?? Number.NaN) - (before[count] ?? Number.NaN)) / each.length,
    }));
    const p99Alone = alone?.p99 ?? Number.NaN;
    return beside.flatMap(({ count, p99, cpuMs }) => {
      const measure = `20 quick tenants while ${waitingCallers} callers wait for each of ${count} slow`;
      return [
        {
          measure: `${measure}: latency p99`,
          unit: 'ms',
          gateway: p99,
          baseline: p99Alone,
          promise: ratioAtMost(1.2, p99, p99Alone),
        } as const,
        // Some of those who wait are answered meanwhile: what they cost is in it.
        {
          measure: `${measure}: CPU a question`,
          unit: 'ms',
          gateway: cpuMs,
          baseline: alone?.cpuMs ?? Number.NaN,
        } as const,
      ];
    });
  } finally {
    for (const end of enders) end();
    await stop();
    server.close();
    server.closeAllConnections();
  }
};
