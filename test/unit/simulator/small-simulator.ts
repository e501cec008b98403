import { Agent, type Dispatcher, request } from 'undici';
import { delegatedName } from '../../../src/microsoft/permissions.ts';
import type { Product, Route, SimRequest } from '../../../src/simulator/http/types.ts';
import type { Links } from '../../../src/simulator/links.ts';
import type { CoreOptions, Simulator, SimulatorParts } from '../../../src/simulator/options.ts';
import { runSimulator } from '../../../src/simulator/simulator.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';

/** Two operations of each product: enough to walk every check. */
const describe = ({ tenant, params, body, principal }: SimRequest) => ({
  status: 200,
  body: { tenant: tenant.name, params, body: body ?? null, permissions: principal.permissions },
});

const route = (
  id: string,
  method: Route['method'],
  path: string,
  permission: string,
  perMinute: number | null,
): Route => ({
  id,
  method,
  path,
  anyOf: [permission],
  delegated: [delegatedName(id.startsWith('graph.') ? 'graph' : 'mde', permission)],
  quota: { perMinute, perHour: null },
  handle: describe,
});

const product = (name: Product['name'], routes: readonly Route[]): Product => ({
  name,
  routes,
  error: (status, code, message, headers = {}) => ({ status, headers, body: { error: { code, message } } }),
});

const batch: Route = {
  ...route('graph.batch', 'POST', '/v1.0/$batch', '', null),
  anyOf: [],
  delegated: [],
  handle: async ({ dispatch }) => {
    const part = { method: 'GET', url: '/v1.0/security/incidents', headers: {}, body: undefined };
    const response = await dispatch?.(part);
    return { status: 200, body: { responses: [{ id: '1', status: response?.status }] } };
  },
};

const products: readonly Product[] = [
  product('mde', [
    route('listMachines', 'GET', '/api/machines', 'Machine.Read.All', 3),
    route('isolateMachine', 'POST', '/api/machines/{id}/isolate', 'Machine.Isolate', 100),
    route('findMachines', 'GET', "/api/machines/findbyip(ip='{ip}',timestamp={timestamp})", 'Machine.Read.All', 100),
    route('getMachine', 'GET', '/api/machines/{id}', 'Machine.Read.All', 100),
  ]),
  product('m365d', [route('listIncidents', 'GET', '/api/incidents', 'Incident.Read.All', 50)]),
  product('graph', [
    route('graph.incidents.list', 'GET', '/v1.0/security/incidents', 'SecurityIncident.Read.All', 2),
    batch,
  ]),
];

const emptyWorld = (name: string, tenantId: string): TenantWorld => ({
  name,
  tenantId,
  users: [],
  machines: [],
  incidents: [],
  alerts: [],
  actions: [],
  investigations: [],
  indicators: [],
  libraryFiles: new Map(),
});

/** Parts of a simulator that hand its link registry out. */
const smallParts = () => {
  const registry: { links?: Links } = {};
  const parts: SimulatorParts = {
    createWorld: ({ name, tenantId }) => emptyWorld(name, tenantId),
    createProducts: ({ links }) => {
      registry.links = links;
      return products;
    },
  };
  return { parts, registry };
};

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** Parsed body; `undefined` when it is no JSON. */
  readonly json: unknown;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PATCH';
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const parse = (text: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
};

/** The core on small products of its own, with an HTTPS client that trusts its CA. */
export const startSmall = async (options: CoreOptions = {}) => {
  const { parts, registry } = smallParts();
  const simulator = await runSimulator(parts, options);
  const agent = new Agent({ connect: { ca: simulator.caPem } });
  const call = async (url: string, { method = 'GET', token, headers = {}, body }: Call = {}): Promise<Answer> => {
    const response = await request(url, {
      dispatcher: agent,
      method,
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: parse(text) };
  };
  const form = (url: string, fields: Record<string, string>): Promise<Answer> =>
    call(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  return {
    simulator,
    agent,
    call,
    links: registry.links,
    form,
    /** An app-only token of a tenant of the demo for a scope. */
    appToken: async (tenantName: string, scope: string): Promise<string> => {
      const answer = await form(tokenUrl(simulator, tenantName), clientCredentials(simulator, tenantName, scope));
      return textAt(answer.json, 'access_token');
    },
    [Symbol.asyncDispose]: async () => {
      await agent.close();
      await simulator.stop();
    },
  };
};

const tenantOf = (simulator: Simulator, name: string) => {
  const tenant = simulator.tenants.find((known) => known.name === name);
  const app = tenant?.apps[0];
  if (!tenant || !app) throw new Error(`No tenant ${name} with an app`);
  return { tenant, app };
};

export const tokenUrl = (simulator: Simulator, tenantName: string): string =>
  `${simulator.endpoints(tenantName).authority}/${tenantOf(simulator, tenantName).tenant.tenantId}/oauth2/v2.0/token`;

export const clientCredentials = (simulator: Simulator, tenantName: string, scope: string): Record<string, string> => {
  const { app } = tenantOf(simulator, tenantName);
  return { grant_type: 'client_credentials', client_id: app.clientId, client_secret: app.secrets[0] ?? '', scope };
};

/** The value at a path of names in parsed JSON. */
export const valueAt = (json: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    json,
  );

/** As `valueAt`, for text; an error when there is none. */
export const textAt = (json: unknown, ...names: readonly string[]): string => {
  const value = valueAt(json, ...names);
  if (typeof value !== 'string') throw new Error(`No text at ${names.join('.')} of ${JSON.stringify(json)}`);
  return value;
};
