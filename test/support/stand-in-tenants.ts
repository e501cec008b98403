import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { stableGuid } from '../../src/simulator/tenants.ts';
import { type Answer, type Running, startRunning } from './gateway.ts';
import { changedSettings } from './settings.ts';
import { simTenant } from './tenants.ts';

/** What a tenant's APIs were asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Scheme and host that was asked. */
  readonly origin: string;
}

/** What they answer: an object is sent as JSON, a text as it is. */
export interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A connection that was asked as `list`. */
export interface Listed {
  readonly list: {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly failures: readonly Readonly<Record<string, unknown>>[];
  };
}

type Handle = (asked: Asked) => Given;

/** One tenant whose APIs a test plays. */
export interface StandInTenant {
  readonly name: string;
  readonly asked: Asked[];
  ask<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer<Data>>;
}

export interface StandIn {
  readonly running: Running;
  /** A tenant that no test had before; `apis` it has not are not configured. */
  tenant(handle: Handle): StandInTenant;
  stop(): Promise<void>;
}

const tenantIdIn = (authorization: string | undefined): string => {
  const payload = authorization?.split('.')[1];
  if (payload === undefined) return '';
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return typeof claims === 'object' && claims !== null && 'tid' in claims ? String(claims.tid) : '';
};

const send = (response: ServerResponse, { status = 200, headers = {}, body = '' }: Given): void => {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(isText ? body : JSON.stringify(body));
};

/** Microsoft's own "there is none". */
export const none: Given = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'None.' } } };

/** Gateway and Entra for real; the three APIs are what the tests answer, one tenant each. */
export const startStandIn = async (
  tenants: number,
  apis: readonly ('graph' | 'm365d' | 'mde')[] = ['graph', 'm365d', 'mde'],
  limits: Readonly<Record<string, unknown>> = {},
): Promise<StandIn> => {
  const names = Array.from({ length: tenants }, (_, index) => `t${index}`);
  const handles = new Map<string, { readonly handle: Handle; readonly asked: Asked[] }>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const tenant = handles.get(tenantIdIn(request.headers.authorization));
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body: Buffer.concat(chunks).toString(),
      origin: url.origin,
    };
    tenant?.asked.push(asked);
    send(response, tenant?.handle(asked) ?? none);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const scopes = {
    graph: 'https://graph.microsoft.com',
    m365d: 'https://api.security.microsoft.com',
    mde: 'https://api.securitycenter.microsoft.com',
  };
  const running = await startRunning({
    simulator: { tenants: names.map((name) => simTenant(name, { scale: 0.02 })), profile: 'mild' },
    settings: (offered, simulator) =>
      changedSettings(offered, [
        // Tests ask more a minute than Microsoft allows.
        [['upstream', 'keepQuotas'], false],
        [['limits'], { requestsPerMinute: 1_000_000, upstreamCalls: 1000, tenantsPerQuery: 50, ...limits }],
        ...names.flatMap((name, index) => [
          [['tenants', index, 'cloud'], 'custom'] as const,
          [
            ['tenants', index, 'endpoints'],
            {
              authority: simulator.endpoints(name).authority,
              ...Object.fromEntries(apis.map((api) => [api, origin])),
              scopes: Object.fromEntries(apis.map((api) => [api, scopes[api]])),
            },
          ] as const,
        ]),
      ]),
  });
  let used = 0;
  return {
    running,
    tenant: (handle) => {
      const name = names[used];
      if (name === undefined) throw new Error('More tenants are needed');
      used += 1;
      const asked: Asked[] = [];
      handles.set(stableGuid(`tenant ${name}`), { handle, asked });
      return {
        name,
        asked,
        ask: (query, variables = {}) =>
          running.ask(query, query.includes('$tenant') ? { tenant: name, ...variables } : variables),
      };
    },
    stop: async () => {
      await running.stop();
      server.closeAllConnections();
      server.close();
    },
  };
};
