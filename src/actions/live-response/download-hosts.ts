import { clouds } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import { UpstreamError } from '../../errors.ts';

const fits = (host: string, rule: string): boolean => (rule.startsWith('.') ? host.endsWith(rule) : host === rule);

/** Hosts of the tenant's own APIs: one that is reached through an address of the settings may keep its files there too. */
const hostsOf = ({ apis }: Tenant): readonly string[] =>
  Object.values(apis).flatMap((api) =>
    api !== null && URL.canParse(api.baseUrl) ? [new URL(api.baseUrl).hostname] : [],
  );

/**
 * Throws unless the link leads by HTTPS to a host that files of the tenant's cloud may be fetched from. `others` are the settings': a host, or a
 * name after `*.` for every host below it. The error names the host, never the link, which is a secret.
 */
export const checkDownload = (link: string, tenant: Tenant, others: readonly string[]): void => {
  const { protocol, hostname } = new URL(link);
  const rules = [
    ...clouds[tenant.cloud].storageHosts,
    ...hostsOf(tenant),
    ...others.map((host) => host.toLowerCase().replace(/^\*\./, '.')),
  ];
  if (protocol === 'https:' && rules.some((rule) => fits(hostname, rule))) return;
  throw new UpstreamError(
    'UPSTREAM_REJECTED',
    `Defender for Endpoint points to a file on ${hostname}, which is no known host of its files; it was not fetched`,
    { tenant: tenant.name, api: 'mde' },
  );
};
