import { createServer, type Server } from 'node:http';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/config.ts';
import type { Tenant } from '../../src/config/tenants.ts';
import type { Simulator } from '../../src/simulator/index.ts';

/** A tenant of the simulator as settings with this `auth` make it. */
export const tenantOf = async (
  simulator: Simulator,
  name: string,
  auth: Readonly<Record<string, unknown>>,
  baseDir = '/',
): Promise<Tenant> => {
  const found = simulator.tenants.find((each) => each.name === name);
  const settings = {
    store: { url: 'memory:' },
    tenants: [
      { name, tenantId: found?.tenantId, cloud: found?.cloud, auth, endpoints: { ...simulator.endpoints(name) } },
    ],
  };
  const { tenants } = await parseConfig(stringify(settings), { env: {}, baseDir });
  const [tenant] = tenants;
  if (tenant === undefined) throw new Error('no tenant');
  return tenant;
};

/** A stand-in of the endpoint where App Service and Container Apps hand out tokens of their identity. */
export interface IdentityEndpoint {
  readonly url: string;
  /** What was asked for, as it was asked. */
  readonly asked: {
    readonly resource: string | null;
    readonly clientId: string | null;
    readonly header: string | undefined;
  }[];
  answer: (resource: string) => Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

export const startIdentityEndpoint = async (): Promise<IdentityEndpoint> => {
  const server: Server = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const resource = searchParams.get('resource');
    endpoint.asked.push({
      resource,
      clientId: searchParams.get('client_id'),
      header: request.headers['x-identity-header']?.toString(),
    });
    const { status, body } = await endpoint.answer(resource ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const endpoint: IdentityEndpoint = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/msi/token`,
    asked: [],
    answer: async () => ({ status: 500, body: {} }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return endpoint;
};
