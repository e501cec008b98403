import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { isRecord } from '../shape.ts';
import { readSettings, reportReady } from './start.ts';

/** Whose newest alerts the page has, and how many of each tenant and in all. */
interface TenantsPage {
  readonly origin: string;
  readonly tenants: readonly { readonly name: string; readonly tenantId: string }[];
  readonly top: number;
  readonly first: number;
}

interface WireAlert {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly status: string;
  readonly createdDateTime: string;
}

const isTenantsPage = (value: unknown): value is TenantsPage =>
  isRecord(value) && typeof value.origin === 'string' && Array.isArray(value.tenants);

/** What a team would write by hand for the newest alerts of several tenants: one call each, all at once, sorted in memory. */
const { origin, tenants, top, first } = readSettings(isTenantsPage);
const agent = new Agent({ connections: 128, keepAliveTimeout: 30_000 });

/** The stand-in looks at nothing of a token but whose it is. */
const tokenOf = (tenantId: string): string =>
  `Bearer e30.${Buffer.from(JSON.stringify({ tid: tenantId })).toString('base64url')}.e30`;

const asked = tenants.map(({ name, tenantId }) => ({ name, authorization: tokenOf(tenantId) }));

const alertsOf = async ({ name, authorization }: (typeof asked)[number]) => {
  const { body } = await request(`${origin}/v1.0/security/alerts_v2?$top=${top}`, {
    dispatcher: agent,
    headers: { authorization, prefer: 'include-unknown-enum-members' },
  });
  const page: { readonly value: readonly WireAlert[] } = JSON.parse(await body.text());
  return page.value.map(({ id, title, severity, status, createdDateTime }) => ({
    alertId: id,
    title,
    severity: severity.toUpperCase(),
    status: status.toUpperCase(),
    createdAt: createdDateTime,
    tenant: { name },
  }));
};

const page = async (): Promise<string> => {
  const rows = (await Promise.all(asked.map(alertsOf))).flat();
  rows.sort((a, b) =>
    a.createdAt === b.createdAt ? (a.tenant.name < b.tenant.name ? -1 : 1) : a.createdAt < b.createdAt ? 1 : -1,
  );
  return JSON.stringify({ data: { alerts: { nodes: rows.slice(0, first), failures: [] } } });
};

const server = createServer((_incoming, response) => {
  page().then(
    (answer) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
      response.end(answer);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('No port for the page by hand');
reportReady(`http://127.0.0.1:${address.port}`);
