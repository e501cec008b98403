import type { Product, ProductName } from './http/types.ts';

/** The products with an API of their own, that is all but the login host. */
export type ApiProduct = Product['name'];
export const apiProducts = ['mde', 'm365d', 'graph'] as const satisfies readonly ApiProduct[];

type OneOrMore = readonly [string, ...string[]];

/** Where one product is served in one cloud, and whose tokens it takes there. */
export interface ServedApi {
  /** Real origins; the first is the one that the documentation prints today. */
  readonly origins: OneOrMore;
  /** Accepted `aud` values, without a trailing slash; the first is the one to ask for. */
  readonly audiences: OneOrMore;
}

export interface SimCloudRow {
  /** Real login origins; the first is the one that the documentation prints. */
  readonly login: OneOrMore;
  readonly apis: Readonly<Record<ApiProduct, ServedApi>>;
}

const worldwideLogin = ['https://login.microsoftonline.com'] as const;
const governmentLogin = ['https://login.microsoftonline.us'] as const;

/** MDE refuses tokens for the newer host name, also on that host: both products share it, their tokens do not mix. */
const mdeAudiences = [
  'https://api.securitycenter.microsoft.com',
  'https://api.securitycenter.windows.com',
  'https://securitycenter.onmicrosoft.com/windowsatpservice',
  'fc780465-2017-40d4-a0c5-307022471b92',
] as const;
const m365dAudiences = ['https://api.security.microsoft.com', '8ee8fdad-f234-4243-8f3b-15c294843740'] as const;
const graphAppId = '00000003-0000-0000-c000-000000000000';

const graph = (origin: string): ServedApi => ({ origins: [origin], audiences: [origin, graphAppId] });
/** The government APIs take tokens for their own host. */
const government = (origin: string): ServedApi => ({ origins: [origin], audiences: [origin] });

const commercial = (mde: OneOrMore, m365d: OneOrMore): SimCloudRow => ({
  login: worldwideLogin,
  apis: {
    mde: { origins: mde, audiences: mdeAudiences },
    m365d: { origins: m365d, audiences: m365dAudiences },
    graph: graph('https://graph.microsoft.com'),
  },
});

/** A region with host names of both the older and the newer form. */
const region = (name: string): SimCloudRow =>
  commercial(
    [`https://${name}.api.security.microsoft.com`, `https://api-${name}.securitycenter.microsoft.com`],
    [`https://api-${name}.security.microsoft.com`, `https://${name}.api.security.microsoft.com`],
  );

const newerRegion = (name: string): SimCloudRow =>
  commercial([`https://${name}.api.security.microsoft.com`], [`https://${name}.api.security.microsoft.com`]);

const governmentApis = {
  mde: government('https://api-gov.securitycenter.microsoft.us'),
  m365d: government('https://api-gov.security.microsoft.us'),
} as const;

/**
 * Microsoft's hosts as the simulator knows them. Sources: exposed-apis-list.md, improve-request-performance.md and gov.md
 * (Defender for Endpoint), api-supported.md and usgov.md (Defender XDR), Graph's page on national clouds.
 */
export const simClouds = {
  global: commercial(
    [
      'https://api.security.microsoft.com',
      'https://api.securitycenter.microsoft.com',
      'https://api.securitycenter.windows.com',
    ],
    ['https://api.security.microsoft.com'],
  ),
  us: region('us'),
  eu: region('eu'),
  uk: region('uk'),
  au: newerRegion('au'),
  swa: newerRegion('swa'),
  ina: newerRegion('ina'),
  aea: newerRegion('aea'),
  gcc: {
    login: worldwideLogin,
    apis: {
      mde: government('https://api-gcc.securitycenter.microsoft.us'),
      m365d: government('https://api-gcc.security.microsoft.us'),
      graph: graph('https://graph.microsoft.com'),
    },
  },
  'gcc-high': { login: governmentLogin, apis: { ...governmentApis, graph: graph('https://graph.microsoft.us') } },
  dod: { login: governmentLogin, apis: { ...governmentApis, graph: graph('https://dod-graph.microsoft.us') } },
} as const satisfies Record<string, SimCloudRow>;

export type SimCloudName = keyof typeof simClouds;

const isCloudName = (name: string): name is SimCloudName => name in simClouds;
export const simCloudNames: readonly SimCloudName[] = Object.keys(simClouds).filter(isCloudName);

export const cloudRow = (cloud: SimCloudName): SimCloudRow => simClouds[cloud];

const withoutTrailingSlash = (text: string): string => text.replace(/\/+$/, '');

/** The product whose tokens carry `audience` in `cloud`; a trailing slash does not matter, nor does letter case. */
export const productOfAudience = (cloud: SimCloudName, audience: string): ApiProduct | undefined => {
  const wanted = withoutTrailingSlash(audience).toLowerCase();
  return apiProducts.find((product) => cloudRow(cloud).apis[product].audiences.includes(wanted));
};

/** One real host: what it serves and in which of the given clouds. */
export interface RealHost {
  readonly origin: string;
  readonly products: readonly ProductName[];
}

/** Every real host that tenants of these clouds need, login hosts first, each once. */
export const hostsOf = (clouds: readonly SimCloudName[]): readonly RealHost[] => {
  const hosts = new Map<string, Set<ProductName>>();
  const serve = (origin: string, product: ProductName) =>
    hosts.set(origin, (hosts.get(origin) ?? new Set<ProductName>()).add(product));
  for (const cloud of clouds) for (const origin of cloudRow(cloud).login) serve(origin, 'entra');
  for (const cloud of clouds)
    for (const product of apiProducts)
      for (const origin of cloudRow(cloud).apis[product].origins) serve(origin, product);
  return [...hosts].map(([origin, products]) => ({ origin, products: [...products] }));
};
