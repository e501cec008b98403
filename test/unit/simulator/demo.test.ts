import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { clientCredentials, textAt, tokenUrl, valueAt } from './small-simulator.ts';

let simulator: Simulator;
let agent: Agent;
beforeAll(async () => {
  simulator = await startSimulator();
  agent = new Agent({ connect: { ca: simulator.caPem } });
});
afterAll(async () => {
  await agent.close();
  await simulator.stop();
});

const tokenOf = async (tenant: string, resource: string): Promise<string> => {
  const { body } = await request(tokenUrl(simulator, tenant), {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(clientCredentials(simulator, tenant, `${resource}/.default`)).toString(),
  });
  return textAt(await body.json(), 'access_token');
};

const mde = 'https://api.securitycenter.microsoft.com';
const m365d = 'https://api.security.microsoft.com';

test.each([
  ['contoso', 'mde', mde, '/api/machines', 200],
  ['contoso', 'm365d', m365d, '/api/incidents', 200],
  ['contoso', 'graph', 'https://graph.microsoft.com', '/v1.0/security/alerts_v2', 200],
  ['fabrikam', 'mde', 'https://api-gov.securitycenter.microsoft.us', '/api/machines', 200],
  ['fabrikam', 'm365d', 'https://api-gov.security.microsoft.us', '/api/incidents', 200],
  ['fabrikam', 'graph', 'https://graph.microsoft.us', '/v1.0/security/alerts_v2', 200],
  ['adatum', 'mde', mde, '/api/machines', 200],
  ['adatum', 'm365d', m365d, '/api/incidents', 403],
  ['adatum', 'graph', 'https://graph.microsoft.com', '/v1.0/security/alerts_v2', 403],
] as const)('the demo answers %s through %s as it consented', async (tenant, api, resource, path, status) => {
  const { statusCode, body } = await request(`${simulator.endpoints(tenant)[api]}${path}?$top=2`, {
    dispatcher: agent,
    headers: { authorization: `Bearer ${await tokenOf(tenant, resource)}` },
  });
  const json = await body.json();
  expect(statusCode).toBe(status);
  if (status === 200) expect(valueAt(json, 'value')).toHaveLength(2);
  else expect(textAt(json, 'error', 'message')).toContain('Missing application roles');
});

test("Graph's own errors carry the request id of the headers", async () => {
  const { headers, body } = await request(`${simulator.endpoints('contoso').graph}/v1.0/security/incidents`, {
    dispatcher: agent,
    headers: { 'client-request-id': '0b0f0e6e-0000-4000-8000-000000000001' },
  });
  const inner = valueAt(await body.json(), 'error', 'innerError');
  expect(inner).toMatchObject({
    'request-id': headers['request-id'],
    'client-request-id': '0b0f0e6e-0000-4000-8000-000000000001',
  });
});

test('the printed settings name every tenant with its local endpoints', () => {
  const { name, tenantId, cloud } = simulator.tenants[1] ?? expect.unreachable();
  const settings: unknown = parse(gatewaySettings(simulator));
  expect(valueAt(settings, 'tenants', '1')).toMatchObject({
    name,
    tenantId,
    cloud,
    endpoints: simulator.endpoints(name),
  });
});
