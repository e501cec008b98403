import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import type { Tenant } from '../../src/config/tenants.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { type CallScope, createScope } from '../../src/scope.ts';
import { createHttpClient } from '../../src/upstream/http/agent.ts';
import { createCircuits } from '../../src/upstream/http/circuit.ts';
import { createSend, type Send } from '../../src/upstream/http/send.ts';
import { createSingleFlight } from '../../src/upstream/http/single-flight.ts';
import { ownQuotas } from './quotas.ts';
import { tenantNamed } from './tenant.ts';

/** A small API of a test's own, and the gateway's way of calling it. */
export interface Upstream {
  readonly tenant: Tenant;
  readonly send: Send;
  /** Path and query of each request, in clear. */
  readonly requests: string[];
  /** A scope without a budget. */
  scope(signal?: AbortSignal): CallScope;
  stop(): Promise<void>;
}

/** Answers JSON. */
export const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** Starts the API; `handle` gets the request's URL. Nothing is waited for, such as the next try of a call, unless `sleep` does. */
export const startUpstream = async (
  handle: (url: URL, response: ServerResponse) => void,
  sleep: Clock['sleep'] = async () => {},
): Promise<Upstream> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(decodeURIComponent(request.url ?? ''));
    handle(url, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const tenant = tenantNamed('contoso', `http://127.0.0.1:${port}`);
  const http = createHttpClient({});
  const clock: Clock = { now: systemClock.now, sleep };
  return {
    tenant,
    requests,
    send: createSend({
      http: http.request,
      tokens: { get: async () => ({ value: 'a-token', expiresAtMs: Number.POSITIVE_INFINITY, permissions: null }) },
      clock,
      quotas: ownQuotas(),
      circuits: createCircuits(),
      flights: createSingleFlight(),
      log: createLog({ level: 'silent' }),
      metrics: createMetrics(),
      timeouts: { normal: 5000, hunting: 5000 },
      maxWaitMs: 60_000,
      random: () => 0,
    }),
    scope: (signal = new AbortController().signal) =>
      createScope({
        requestId: '00000000-0000-4000-8000-000000000000',
        signal,
        deadline: Date.now() + 60_000,
        maxCalls: Number.POSITIVE_INFINITY,
      }),
    stop: async () => {
      await http.close();
      server.close();
      server.closeAllConnections();
    },
  };
};
