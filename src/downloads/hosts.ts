import { clouds } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';

/** Where a link leads. */
interface Place {
  readonly hostname: string;
  /** Empty for HTTPS's own. */
  readonly port: string;
}

/** A rule of the settings: `host`, `.host` for every host below it, each with a port or good for any. */
const fits = ({ hostname, port }: Place, rule: string): boolean => {
  const [, host = rule, ownPort] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
  const portFits = ownPort === undefined || ownPort === (port || '443');
  return portFits && (host.startsWith('.') ? hostname.endsWith(host) : hostname === host);
};

/** The origin that the settings name for files, and those of the tenant's APIs, which may keep their files themselves. */
const originsOf = ({ apis, filesOrigin }: Tenant): readonly string[] => [
  ...(filesOrigin == null ? [] : [filesOrigin]),
  ...Object.values(apis).flatMap((api) =>
    api !== null && URL.canParse(api.baseUrl) ? [new URL(api.baseUrl).origin] : [],
  ),
];

/**
 * Throws unless the link leads by HTTPS to a place that files may be fetched from: Microsoft's storage at its own port, the origin
 * of an API of the tenant, or one of `others`, the settings': a host with or without a port, after `*.` every host below it. A link
 * with a user's name in it is refused. The error names host and port, never the link, which is a secret.
 */
export const checkDownload = (link: string, tenant: Tenant, others: readonly string[]): void => {
  const url = new URL(link);
  const rules = [
    ...clouds[tenant.cloud].storageHosts.map((host) => `${host}:443`),
    ...others.map((host) => host.toLowerCase().replace(/^\*\./, '.')),
  ];
  const isKnown = originsOf(tenant).includes(url.origin) || rules.some((rule) => fits(url, rule));
  if (url.protocol === 'https:' && url.username === '' && url.password === '' && isKnown) return;
  const why =
    url.username === '' && url.password === '' ? 'which is no known host of its files' : 'with a user in the link';
  throw new UpstreamError(
    'UPSTREAM_REJECTED',
    `Defender for Endpoint points to a file on ${url.host}, ${why}; it was not fetched`,
    { tenant: tenant.name, api: 'mde' },
  );
};
