import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { graphql, percentile } from './load.ts';
import { type Row, ratioAtMost } from './rows.ts';

const quickMs = 50;
const slowMs = 10_000;
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
    setTimeout(answer, id.startsWith(slowMark) ? slowMs : quickMs).unref();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
};

const startGateway = (origin: string): Promise<Running> => {
  const names = [...quick, ...slow];
  const scopes = {
    mde: 'https://api.securitycenter.microsoft.com',
    graph: 'https://graph.microsoft.com',
    m365d: 'https://api.security.microsoft.com',
  };
  return startRunning({
    simulator: { tenants: names.map((name) => simTenant(name, { scale: 0.02 })), enforceQuotas: false },
    settings: (offered, simulator) =>
      changedSettings(offered, [
        [['limits'], { upstreamTimeoutMs: 60_000, requestTimeoutMs: 120_000, eventLoopLagMs: 60_000 }],
        [['upstream', 'keepQuotas'], false],
        ...names.flatMap((name, place): SettingsChange[] => [
          [['tenants', place, 'cloud'], 'custom'],
          [
            ['tenants', place, 'endpoints'],
            { authority: simulator.endpoints(name).authority, mde: origin, graph: origin, m365d: origin, scopes },
          ],
        ]),
      ]),
  });
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

/** Quick tenants while others hang, against the same without: no tenant takes another's connections. */
export const measureBulkheads = async (): Promise<readonly Row[]> => {
  const { server, origin } = await startService();
  const running = await startGateway(origin);
  const { url } = running.gateway;
  const rows: Row[] = [];
  try {
    await measureQuick(url);
    const alone = percentile(await measureQuick(url), 0.99);
    const waiting: Promise<unknown>[] = [];
    for (const [index, tenant] of slow.entries()) {
      const asked = Array.from({ length: waitingCallers }, () => graphql(url, query(tenant, fresh(slowMark)))());
      waiting.push(...asked.map((one) => one.catch(() => {})));
      // All of them have come when the host has as many as it gets.
      await measureQuick(url);
      const beside = percentile(await measureQuick(url), 0.99);
      rows.push({
        measure: `20 quick tenants while ${waitingCallers} callers wait for each of ${index + 1} slow: latency p99`,
        unit: 'ms',
        gateway: beside,
        baseline: alone,
        promise: ratioAtMost(1.2, beside, alone),
      });
    }
    server.closeAllConnections();
    await running.stop();
    await Promise.all(waiting);
    return rows;
  } finally {
    await running.stop();
    server.close();
    server.closeAllConnections();
  }
};
