import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

/** What goes wrong on the wire, for a read and for an action, beside a tenant that is well. */

const machine = { id: '1'.repeat(40), computerDnsName: 'm.contoso.com', osPlatform: 'Windows11' };
const action = {
  id: '00000001-0000-4000-8000-000000000000',
  machineId: machine.id,
  type: 'Isolate',
  status: 'Pending',
};
const listed = JSON.stringify({ value: [machine] });
const skewMs = 3 * 3_600_000;
const json = { 'content-type': 'application/json' };

const json200 = (response: ServerResponse, body: string): void => void response.writeHead(200, json).end(body);

/** 200 MB, in pieces, for as long as anybody reads. */
const sendMuch = (response: ServerResponse): void => {
  const piece = Buffer.alloc(1_000_000, ' ');
  let left = 200;
  response.writeHead(200, json);
  const go = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(piece)) return void response.once('drain', go);
    }
    response.end(listed);
  };
  go();
};

interface Fault {
  /** Answers lists and actions; a machine by its id is always given. */
  readonly answers?: (response: ServerResponse, elsewhere: string) => void;
  /** In place of the service: nothing can be sent there. */
  readonly origin?: (origin: string) => string;
  readonly code: string;
  /** What becomes of an action that fails with that code. */
  readonly outcome: 'UNKNOWN' | 'FAILED';
  readonly retryAfterSeconds?: number;
}

const unavailable = { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } as const;
const unreachable = { code: 'UPSTREAM_UNAVAILABLE', outcome: 'FAILED' } as const;

const faults: Readonly<Record<string, Fault>> = {
  'dns-failure': { ...unreachable, origin: () => 'https://nothing.invalid' },
  refused: { ...unreachable, origin: () => 'http://127.0.0.1:9' },
  'tls-failure': { ...unreachable, origin: (origin) => origin.replace('http:', 'https:') },
  'reset-before': { ...unavailable, answers: (response) => void response.destroy() },
  'reset-in-the-middle': {
    ...unavailable,
    answers: (response) => {
      response.writeHead(200, { ...json, 'content-length': 1000 });
      response.write(listed, () => response.socket?.resetAndDestroy());
    },
  },
  'half-a-body': {
    ...unavailable,
    answers: (response) => {
      response.writeHead(200, { ...json, 'content-length': 1000 });
      response.write(listed.slice(0, 20), () => response.socket?.end());
    },
  },
  'html-with-200': {
    ...unavailable,
    answers: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
  },
  'much-too-large': { ...unavailable, answers: sendMuch },
  'content-length-too-small': {
    ...unavailable,
    answers: (response) =>
      void response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n${listed}`,
      ),
  },
  'never-ending': {
    code: 'UPSTREAM_TIMEOUT',
    outcome: 'UNKNOWN',
    answers: (response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(' '), 50).unref();
      response.once('close', () => clearInterval(timer));
    },
  },
  redirect: {
    ...unavailable,
    answers: (response, elsewhere) => void response.writeHead(302, { location: elsewhere }).end(),
  },
  // The service's clock is hours behind: its date is read by its own clock.
  'retry-after-of-a-skewed-clock': {
    code: 'UPSTREAM_THROTTLED',
    outcome: 'FAILED',
    retryAfterSeconds: 300,
    answers: (response) => {
      const nowMs = Date.now() - skewMs;
      const at = (ms: number): string => new Date(ms).toUTCString();
      response.writeHead(429, { ...json, date: at(nowMs), 'retry-after': at(nowMs + 300_000) });
      response.end('{"error":{"code":"TooManyRequests","message":"slow down"}}');
    },
  },
};

const names = [...Object.keys(faults), 'good'];
const posts: string[] = [];
let elsewhere = 0;

/** The service of one tenant: each has a host of its own. */
const startService = async (name: string) => {
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    await request.resume().toArray();
    const { method, url = '' } = request;
    if (url === '/elsewhere') elsewhere += 1;
    if (method === 'POST') posts.push(name);
    const answers = faults[name]?.answers;
    if (method === 'GET' && /\/machines\/[^/?]+$/.test(url)) return json200(response, JSON.stringify(machine));
    if (method === 'GET' && !url.includes('/machines')) return json200(response, '{"value":[]}');
    if (answers !== undefined) return answers(response, `http://${request.headers.host}/elsewhere`);
    json200(response, method === 'POST' ? JSON.stringify(action) : listed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
};

let running: Running;
let services: readonly Awaited<ReturnType<typeof startService>>[] = [];

beforeAll(async () => {
  services = await Promise.all(names.map(startService));
  const scopes = {
    mde: 'https://api.securitycenter.microsoft.com',
    graph: 'https://graph.microsoft.com',
    m365d: 'https://api.security.microsoft.com',
  };
  running = await startRunning({
    simulator: { tenants: names.map((name) => simTenant(name, { scale: 0.02 })), enforceQuotas: false },
    settings: (offered, simulator) =>
      changedSettings(offered, [
        [['limits'], { upstreamTimeoutMs: 3000 }],
        ...names.flatMap((name, place): SettingsChange[] => {
          const own = services[place]?.origin ?? '';
          const origin = faults[name]?.origin?.(own) ?? own;
          const { authority } = simulator.endpoints(name);
          return [
            [['tenants', place, 'cloud'], 'custom'],
            [['tenants', place, 'endpoints'], { authority, mde: origin, graph: origin, m365d: origin, scopes }],
          ];
        }),
      ]),
  });
  // What signs in is read at the first call, which takes its time on a machine with much to do.
  await running.ask('{ tenants { capabilities { available } } }');
});
afterAll(async () => {
  await running.stop();
  for (const { server } of services) {
    server.close();
    server.closeAllConnections();
  }
});

interface Failure {
  readonly tenant: { readonly name: string };
  readonly code: string;
  readonly retryAfterSeconds: number | null;
}
interface Mutated {
  readonly results: readonly { readonly outcome: string; readonly error: { readonly code: string } | null }[];
}

const rows = Object.entries(faults);

describe.concurrent('D3: on the wire', () => {
  test.each(rows)('%s of a read is a failure of its tenant, beside the rows of another', async (name, row) => {
    const { data, errors } = await running.ask<{
      machines: { nodes: readonly { machineId: string }[]; failures: readonly Failure[] };
    }>(
      `{ machines(first: 5, tenants: ["${name}", "good"]) { nodes { machineId } failures { tenant { name } code retryAfterSeconds } } }`,
    );
    expect(errors).toEqual([]);
    const { code, retryAfterSeconds } = row;
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds: expect.closeTo(retryAfterSeconds, -1) };
    expect(data.machines.failures).toMatchObject([{ tenant: { name }, code, ...wait }]);
    expect(data.machines.nodes).toEqual([{ machineId: machine.id }]);
    expect(elsewhere).toBe(0);
  });

  test.each(rows)('%s of an action is told as it is known, and it is sent once at most', async (name, row) => {
    const { data } = await running.ask<{ isolateMachines: Mutated }>(
      `mutation { isolateMachines(input: { tenant: "${name}", machineIds: ["${machine.id}"], comment: "x" }) { results { outcome error { code } } } }`,
    );
    expect(data.isolateMachines.results).toEqual([{ outcome: row.outcome, error: { code: row.code } }]);
    expect(posts.filter((each) => each === name)).toEqual(row.answers === undefined ? [] : [name]);
    expect(elsewhere).toBe(0);
  });
});

describe.each([
  ['ahead of', -skewMs],
  ['behind', skewMs],
])('X4: a gateway whose clock is hours %s those of Entra and Microsoft', (_, shiftMs) => {
  test('has tokens that count all the same: one a tenant, of a read and of an action', async () => {
    const skewed = await startRunning({
      simulator: {
        tenants: [simTenant('contoso', { scale: 0.02 })],
        enforceQuotas: false,
        profile: 'mild',
        now: () => new Date(Date.now() + shiftMs),
      },
    });
    try {
      const id = skewed.simulator.world('contoso').machines[0]?.id;
      const read = () => skewed.ask(`{ machine(tenant: "contoso", machineId: "${id}") { machineId } }`);
      for (let time = 0; time < 3; time += 1) expect((await read()).errors).toEqual([]);
      const { data } = await skewed.ask<{ scanMachines: Mutated }>(
        `mutation { scanMachines(input: { tenant: "contoso", machineIds: ["${id}"], scanType: QUICK, comment: "x" }) { results { outcome error { code } } } }`,
      );
      expect(data.scanMachines.results).toEqual([{ outcome: 'DONE', error: null }]);
      const tokens = skewed.simulator.calls.list().filter(({ operation }) => operation === 'entra.token');
      expect(tokens).toHaveLength(1);
    } finally {
      await skewed.stop();
    }
  });
});
