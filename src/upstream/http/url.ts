import type { ApiName } from '../../clouds/endpoints.ts';
import type { Operation } from './operation.ts';

/**
 * A value as it is sent, so that the length of a URL can be told before: `fetch` writes single quotes as `%27` (WHATWG URL,
 * special-query percent-encode set), `encodeURIComponent` leaves them.
 */
const encoded = (value: string | number | boolean): string =>
  encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%24', '$').replaceAll("'", '%27');

/** The address of an operation: `origin` may have a path of its own (a gateway in front of Microsoft's API). */
export const urlOf = (origin: string, operation: Pick<Operation<unknown>, 'path' | 'query'>): string => {
  const pairs = Object.entries(operation.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encoded(value)}`],
  );
  return `${origin}${operation.path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
};

/** MDE and M365D share hosts (clouds.json); regions are a label in front. */
const defenderHosts =
  /(?:^|[.-])(?:securitycenter\.microsoft\.(?:com|us)|securitycenter\.windows\.(?:com|us)|security\.microsoft\.(?:com|us))$/;
const graphHosts = /^(?:(?:[a-z0-9-]+-)?graph\.microsoft\.(?:com|us)|microsoftgraph\.chinacloudapi\.cn)$/;

/** The host names that Microsoft's own links to a next page have, whatever host was asked. */
const serviceHosts = { graph: graphHosts, m365d: defenderHosts, mde: defenderHosts } as const satisfies Record<
  ApiName,
  RegExp
>;

/** `/api/` or `/v1.0/`: where a product's operations are. */
const productPath = (path: string): string => `/${path.split('/')[1] ?? ''}/`;

/**
 * Where a `nextLink` leads: its path and query on the tenant's own origin, which may have a path of its own. A token never
 * goes anywhere else. Taken are links of that origin, and those that name another host of the same service (MDE prints
 * `api.securitycenter.microsoft.com` whatever host was asked: get-alerts.md), as long as their path is one of the product.
 * Null for any other, for one with a user name, and for what is no address.
 */
export const nextUrl = (
  origin: string,
  nextLink: string,
  { api, path }: Pick<Operation<unknown>, 'api' | 'path'>,
): string | null => {
  const own = new URL(origin);
  const link = URL.parse(nextLink, `${origin}${path}`);
  if (link === null || link.username !== '' || link.password !== '') return null;
  const isService = link.protocol === 'https:' && link.port === '' && serviceHosts[api].test(link.hostname);
  if (link.origin !== own.origin && !isService) return null;
  const product = productPath(path);
  const ownPath = own.pathname.replace(/\/+$/, '');
  const rest =
    ownPath !== '' && link.pathname.startsWith(`${ownPath}${product}`)
      ? link.pathname.slice(ownPath.length)
      : link.pathname;
  // Microsoft's services do not tell the case of a path apart, and write it as they like.
  return rest.toLowerCase().startsWith(product.toLowerCase()) ? `${own.origin}${ownPath}${rest}${link.search}` : null;
};
