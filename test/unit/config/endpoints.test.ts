import { describe, expect, test } from 'vitest';
import { cloudAliases, cloudNames, clouds } from '../../../src/clouds/endpoints.ts';
import { contoso, faultsOf, parse, settings } from './settings.ts';

const tenantWith = async (changes: Record<string, unknown>) => {
  const config = await parse(settings({ tenants: [{ ...contoso, ...changes }] }));
  return { tenant: config.tenants[0], warnings: config.warnings };
};
const tenantFaults = (changes: Record<string, unknown>) =>
  faultsOf(settings({ tenants: [{ ...contoso, ...changes }] }));

describe('a tenant stands where its cloud is', () => {
  test.each(cloudNames.filter((name) => name !== 'custom'))('%s', async (cloud) => {
    const { tenant } = await tenantWith({ cloud });
    const { authority, portal, apis } = clouds[cloud];
    expect(tenant).toMatchObject({ cloud, authority, portal, apis });
  });

  test.each(Object.entries(cloudAliases))('"%s" is "%s"', async (alias, cloud) => {
    expect((await tenantWith({ cloud: alias })).tenant?.cloud).toBe(cloud);
  });

  test('global unless said otherwise', async () => {
    expect((await tenantWith({})).tenant?.cloud).toBe('global');
  });

  test('a cloud without APIs is named in a warning', async () => {
    const { tenant, warnings } = await tenantWith({ cloud: 'china' });
    expect(tenant?.apis).toEqual({ graph: null, m365d: null, mde: null });
    expect(warnings).toContain('tenants: "contoso" is in cloud "china", which has none of the Defender APIs');
  });
});

describe('endpoints override the row', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://API.example.com:443/api/', 'https://api.example.com'],
    ['https://api.example.com:8443/v1.0', 'https://api.example.com:8443'],
    ['https://api.example.com/beta', 'https://api.example.com'],
    ['https://api.example.com/api/v1.0//', 'https://api.example.com'],
    ['http://localhost:8080/api', 'http://localhost:8080'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s becomes the origin %s', async (given, baseUrl) => {
    const { tenant } = await tenantWith({ endpoints: { mde: given } });
    expect(tenant?.apis.mde).toEqual({ baseUrl, scope: clouds.global.apis.mde?.scope });
    expect(tenant?.apis.graph).toEqual(clouds.global.apis.graph);
  });

  test.each([
    ['mde', 'http://api.example.com', 'must be https (http is for loopback only)'],
    ['mde', 'api.example.com', 'must be an address, e.g. https://api.example.com'],
    ['graph', 'https://graph.example.com/tenants/1', 'must be an origin alone: scheme, host and port'],
    ['graph', 'https://name:word@graph.example.com', 'must be an origin alone: scheme, host and port'],
    ['m365d', 'https://api.example.com/?key=1', 'must be an origin alone: scheme, host and port'],
    ['authority', 'http://localhost:8443', 'must be https'],
    ['authority', 'http://login.example.com', 'must be https'],
  ])('%s: %s is refused', async (key, value, message) => {
    expect(await tenantFaults({ endpoints: { [key]: value } })).toEqual([
      { path: `tenants[0].endpoints.${key}`, message },
    ]);
  });

  test.each([
    ['https://mde.example.com', 'https://mde.example.com/.default'],
    ['https://mde.example.com/', 'https://mde.example.com/.default'],
    ['api://mde/.default', 'api://mde/.default'],
  ])('scope %s asks for %s', async (given, scope) => {
    expect((await tenantWith({ endpoints: { scopes: { mde: given } } })).tenant?.apis.mde?.scope).toBe(scope);
  });

  test.each([
    ['gcc', 'mde', 'https://api.security.microsoft.com', 'https://api.securitycenter.microsoft.com/.default'],
    ['dod', 'graph', 'https://graph.microsoft.us', 'https://graph.microsoft.us/.default'],
    ['global', 'm365d', 'https://api-gcc.security.microsoft.us', 'https://api-gcc.security.microsoft.us/.default'],
  ] as const)('%s: the scope goes with %s %s', async (cloud, api, baseUrl, scope) => {
    expect((await tenantWith({ cloud, endpoints: { [api]: baseUrl } })).tenant?.apis[api]).toEqual({ baseUrl, scope });
  });

  test.each([
    ['global', 'graph', 'https://graph.microsoft.us', 'the cloud "gcc-high", to which no token of'],
    ['gcc-high', 'mde', 'https://api.security.microsoft.com', 'the cloud "global", to which no token of'],
    ['global', 'm365d', 'https://graph.microsoft.com/', 'Microsoft Graph, to which no token for m365d may go'],
    ['global', 'graph', 'https://api.security.microsoft.com', 'Defender, to which no token for graph may go'],
  ])('%s: no token goes astray to %s %s', async (cloud, api, value, message) => {
    expect(await tenantFaults({ cloud, endpoints: { [api]: value } })).toEqual([
      { path: `tenants[0].endpoints.${api}`, message: expect.stringContaining(message) },
    ]);
  });

  test('nor of a login that the settings name', async () => {
    const faults = await tenantFaults({ endpoints: { authority: 'https://login.microsoftonline.us' } });
    expect(new Set(faults.map(({ path }) => path))).toEqual(new Set(['tenants[0].endpoints.authority']));
    expect(await tenantFaults({ endpoints: { authority: 'https://login.example.com' } })).toEqual([]);
  });

  test('a scope is one scope', async () => {
    expect(
      await tenantFaults({ endpoints: { scopes: { mde: 'https://a.example/.default https://b.example/.default' } } }),
    ).toEqual([{ path: 'tenants[0].endpoints.scopes.mde', message: expect.stringContaining('must be one scope') }]);
  });
});

describe('cloud custom', () => {
  test('needs an authority and an API', async () => {
    expect(await tenantFaults({ cloud: 'custom' })).toEqual([
      { path: 'tenants[0].endpoints.authority', message: 'is required for cloud "custom"' },
      { path: 'tenants[0].endpoints', message: 'cloud "custom" needs at least one of graph, m365d, mde' },
    ]);
  });

  test('has only the APIs that are given', async () => {
    const { tenant } = await tenantWith({
      cloud: 'custom',
      endpoints: { authority: 'https://localhost:8443/', m365d: 'https://localhost:8444/api' },
    });
    expect(tenant).toMatchObject({
      authority: 'https://localhost:8443',
      portal: null,
      apis: {
        graph: null,
        mde: null,
        m365d: { baseUrl: 'https://localhost:8444', scope: clouds.custom.apis.m365d.scope },
      },
    });
  });
});

test('an unknown cloud suggests one', async () => {
  expect(await tenantFaults({ cloud: 'gcchgh' })).toEqual([
    { path: 'tenants[0].cloud', message: expect.stringContaining('did you mean "gcchigh"?') },
  ]);
});
