import { blobHosts } from './blob.ts';
import type { Simulator } from './options.ts';

/**
 * A settings file of the gateway for this simulator. Login and APIs are overridden by local origins; the scopes stay
 * those of the cloud, as audiences are checked.
 */
export const gatewaySettings = (
  simulator: Pick<Simulator, 'tenants' | 'endpoints'> & Partial<Pick<Simulator, 'originOf' | 'keepsQuotas'>>,
): string => {
  const storage = simulator.originOf?.(blobHosts.liveResponse);
  const rows = simulator.tenants.flatMap(({ name, tenantId, cloud, apps }) => {
    const [app] = apps;
    const { authority, mde, m365d, graph } = simulator.endpoints(name);
    return [
      `  - name: ${name}`,
      `    tenantId: ${tenantId}`,
      `    cloud: ${cloud}`,
      `    tags: [${cloud}]`,
      `    auth: { clientId: ${app?.clientId ?? ''}, clientSecret: ${app?.secrets[0] ?? ''} }`,
      '    endpoints:',
      `      authority: ${authority}`,
      `      mde: ${mde}`,
      `      m365d: ${m365d}`,
      `      graph: ${graph}`,
      ...(storage === undefined ? [] : [`      files: ${storage}`]),
    ];
  });
  return [
    // No load balancer is in front of it.
    'server: { port: 4000, graphiql: true, drainSeconds: 0 }',
    'access: { anonymous: admin }',
    'store: { url: "memory:" }',
    // Anybody may try how much it takes.
    'limits: { requestsPerMinute: 1000000, failedSignInsPerMinute: 1000000 }',
    ...(simulator.keepsQuotas === false ? ['upstream: { keepQuotas: false }'] : []),
    'tenants:',
    ...rows,
    '',
  ].join('\n');
};

/** Shell commands that fetch a token of the first tenant and list its machines. */
export const curlExample = (simulator: Pick<Simulator, 'tenants' | 'endpoints'>, caFile: string): string => {
  const [tenant] = simulator.tenants;
  const app = tenant?.apps[0];
  if (!tenant || !app) return '';
  const { authority, mde } = simulator.endpoints(tenant.name);
  return [
    `TOKEN=$(curl -s --cacert ${caFile} ${authority}/${tenant.tenantId}/oauth2/v2.0/token \\`,
    `  -d grant_type=client_credentials -d client_id=${app.clientId} -d client_secret=${app.secrets[0] ?? ''} \\`,
    '  -d scope=https://api.securitycenter.microsoft.com/.default | sed \'s/.*"access_token":"\\([^"]*\\)".*/\\1/\')',
    `curl -s --cacert ${caFile} -H "Authorization: Bearer $TOKEN" '${mde}/api/machines?$top=3'`,
  ].join('\n');
};
