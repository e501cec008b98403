import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { startRunning } from '../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { type Child, startChild } from './child.ts';
import { graphql, percentile } from './load.ts';
import { type Row, ratioAtMost } from './rows.ts';

const quickMs = 50;
/** Not all of them at once: what is measured is the connections, not a burst of answers. */
const slowMs = (): number => 8000 + Math.random() * 4000;
const rounds = 5;
const askedOfEach = 15;
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

const startGateway = async (origin: string): Promise<{ readonly child: Child; stop(): Promise<void> }> => {
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
  const child = await startChild('gateway', { ...place, caPem: running.simulator.caPem, settings });
  const stop = async (): Promise<void> => {
    await child.stop();
    await running.stop();
  };
  return { child, stop };
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

/** Milliseconds of the quick tenants' questions, one after another in each. */
const measureQuick = async (url: string): Promise<readonly number[]> => {
  const each = quick.map(async (tenant) => {
    const took: number[] = [];
    for (let asked = 0; asked < askedOfEach; asked += 1) {
      const startedMs = performance.now();
      const text = await graphql(url, query(tenant, fresh('0')))();
      if (text.includes('"errors"')) throw new Error(`A quick tenant was not answered: ${text.slice(0, 300)}`);
      took.push(performance.now() - startedMs);
    }
    return took;
  });
  return (await Promise.all(each)).flat();
};

/** The median of some rounds' p99: one pause of the machine is not the gateway's. */
const p99Of = async (url: string): Promise<number> => {
  const each: number[] = [];
  for (let round = 0; round < rounds; round += 1) each.push(percentile(await measureQuick(url), 0.99));
  return percentile(each, 0.5);
};

/** Quick tenants while others hang, against the same without: no tenant takes another's connections. */
export const measureBulkheads = async (): Promise<readonly Row[]> => {
  const { server, origin } = await startService();
  const gateway = await startGateway(origin);
  const { url } = gateway.child;
  const rows: Row[] = [];
  try {
    await measureQuick(url);
    const alone = await p99Of(url);
    for (const [index, tenant] of slow.entries()) {
      for (let caller = 0; caller < waitingCallers; caller += 1) {
        // Those who still wait in the end are cut off.
        graphql(url, query(tenant, fresh(slowMark)))().catch(() => {});
      }
      // All of them have come when the host has as many as it gets.
      await measureQuick(url);
      const beside = await p99Of(url);
      rows.push({
        measure: `20 quick tenants while ${waitingCallers} callers wait for each of ${index + 1} slow: latency p99`,
        unit: 'ms',
        gateway: beside,
        baseline: alone,
        promise: ratioAtMost(1.2, beside, alone),
      });
    }
    return rows;
  } finally {
    await gateway.stop();
    server.close();
    server.closeAllConnections();
  }
};
