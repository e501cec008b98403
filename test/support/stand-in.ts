import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Running, startRunning } from './gateway.ts';
import { changedSettings, type SettingsChange } from './settings.ts';
import { simTenant } from './tenants.ts';

/** What a stand-in answers: JSON, or text as it stands. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
}

export type Handler = (url: URL, request: IncomingMessage, text: string) => Reply;

/** A small service of a test's own on a free port. */
export interface StandIn {
  readonly origin: string;
  /** Path and query of each request, in clear. */
  readonly requests: string[];
  stop(): void;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
};

const startStandIn = async (handle: Handler): Promise<StandIn> => {
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const text = await textOf(request);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    requests.push(decodeURIComponent((request.url ?? '').replaceAll('+', ' ')));
    const { status = 200, headers = {}, body = {}, delayMs = 0 } = handle(url, request, text);
    const send = () =>
      response
        .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    if (delayMs === 0) send();
    else setTimeout(send, delayMs).unref();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    requests,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** A gateway before stand-ins: one for each tenant, which is all of its APIs; Entra is the simulator's. */
export interface Estate extends Running {
  readonly standIns: Readonly<Record<string, StandIn>>;
}

export const startEstate = async (
  handlers: Readonly<Record<string, Handler>>,
  changes: readonly SettingsChange[] = [],
): Promise<Estate> => {
  const names = Object.keys(handlers);
  const standIns: Record<string, StandIn> = {};
  for (const [name, handle] of Object.entries(handlers)) standIns[name] = await startStandIn(handle);
  const scopes = {
    mde: 'https://api.securitycenter.microsoft.com',
    graph: 'https://graph.microsoft.com',
    m365d: 'https://api.security.microsoft.com',
  };
  const running = await startRunning({
    simulator: { tenants: names.map((name) => simTenant(name, { scale: 0.02 })), enforceQuotas: false },
    settings: (offered, simulator) =>
      changedSettings(offered, [
        [['limits'], { upstreamCalls: 2000, upstreamTimeoutMs: 1500, tenantsPerQuery: 100 }],
        ...names.flatMap((name, place): SettingsChange[] => {
          const origin = standIns[name]?.origin;
          const { authority } = simulator.endpoints(name);
          return [
            [['tenants', place, 'cloud'], 'custom'],
            [['tenants', place, 'endpoints'], { authority, mde: origin, graph: origin, m365d: origin, scopes }],
          ];
        }),
        ...changes,
      ]),
  });
  return {
    ...running,
    standIns,
    stop: async () => {
      await running.stop();
      for (const standIn of Object.values(standIns)) standIn.stop();
    },
  };
};
