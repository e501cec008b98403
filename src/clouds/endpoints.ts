/**
 * Where Microsoft's APIs are, one row a cloud. Sources: defender-endpoint/gov.md, defender-xdr/usgov.md,
 * defender-xdr/api-supported.md, includes/improve-request-performance.md, and Graph's national cloud deployments page.
 * The audience of a token is never derived from the API's host: regional hosts are hosts only.
 */

/** The three products whose tokens never mix. */
export const apiNames = ['graph', 'm365d', 'mde'] as const;
/** One of the three products. */
export type ApiName = (typeof apiNames)[number];

/** One API in one cloud: origin without path, and the scope that an app-only token is asked with. */
export interface ApiEndpoint {
  readonly baseUrl: string;
  readonly scope: string;
}

/** What is known of one cloud. */
export interface CloudRow {
  /** Entra's login origin; the tenant id is appended. */
  readonly authority: string | null;
  /** The Defender portal, for links. */
  readonly portal: string | null;
  /** Where Defender keeps files: a host, or with a dot in front every host below it. */
  readonly storageHosts: readonly string[];
  /** What a managed identity's token must be for to stand for an app of the cloud. */
  readonly exchangeAudience: string;
  /** The ending of the cloud's Key Vaults; a token for it goes to no other host. */
  readonly keyVaultEnding: string;
  /** `null`: the cloud has no such API (for Graph: no `/security` root). */
  readonly apis: Readonly<Record<ApiName, ApiEndpoint | null>>;
}

const worldwideLogin = 'https://login.microsoftonline.com';
const governmentLogin = 'https://login.microsoftonline.us';
const worldwidePortal = 'https://security.microsoft.com';

const endpoint = (baseUrl: string, resource = baseUrl): ApiEndpoint => ({ baseUrl, scope: `${resource}/.default` });

/** MDE wants tokens for the older resource name, also on the new host (403 otherwise). */
const mdeResource = 'https://api.securitycenter.microsoft.com';
const m365dResource = 'https://api.security.microsoft.com';
const worldwideGraph = endpoint('https://graph.microsoft.com');

/** Storage of Azure, and Defender's older download hosts (get-live-response-result.md, get-package-sas-uri.md). */
const worldwideStorage = ['core.windows.net', '.blob.core.windows.net', '.securitycenter.windows.com'] as const;
const governmentStorage = ['.blob.core.usgovcloudapi.net', '.securitycenter.windows.us'] as const;

/**
 * Audiences of token exchange:
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 * Endings of Key Vault: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
 */
const worldwideAzure = { exchangeAudience: 'api://AzureADTokenExchange', keyVaultEnding: 'vault.azure.net' } as const;
const governmentAzure = {
  exchangeAudience: 'api://AzureADTokenExchangeUSGov',
  keyVaultEnding: 'vault.usgovcloudapi.net',
} as const;

/** A region of the commercial cloud: the same tokens, its own API hosts. */
const region = (mdeHost: string, m365dHost: string): CloudRow => ({
  authority: worldwideLogin,
  portal: worldwidePortal,
  storageHosts: worldwideStorage,
  ...worldwideAzure,
  apis: {
    graph: worldwideGraph,
    m365d: endpoint(`https://${m365dHost}`, m365dResource),
    mde: endpoint(`https://${mdeHost}`, mdeResource),
  },
});

const geo = (name: string): CloudRow =>
  region(`${name}.api.security.microsoft.com`, `${name}.api.security.microsoft.com`);
const olderGeo = (name: string): CloudRow =>
  region(`${name}.api.security.microsoft.com`, `api-${name}.security.microsoft.com`);

const governmentApis = {
  m365d: endpoint('https://api-gov.security.microsoft.us'),
  mde: endpoint('https://api-gov.securitycenter.microsoft.us'),
};

/** Every cloud, one row each; the source of each host is named at the top of this file. */
export const clouds = {
  global: region('api.security.microsoft.com', 'api.security.microsoft.com'),
  us: olderGeo('us'),
  eu: olderGeo('eu'),
  uk: olderGeo('uk'),
  au: geo('au'),
  swa: geo('swa'),
  ina: geo('ina'),
  aea: geo('aea'),
  gcc: {
    authority: worldwideLogin,
    portal: worldwidePortal,
    // Its tenants are in the worldwide directory, its Defender is in the government's.
    storageHosts: [...worldwideStorage, ...governmentStorage],
    ...worldwideAzure,
    apis: {
      graph: worldwideGraph,
      m365d: endpoint('https://api-gcc.security.microsoft.us'),
      mde: endpoint('https://api-gcc.securitycenter.microsoft.us'),
    },
  },
  'gcc-high': {
    authority: governmentLogin,
    portal: 'https://security.microsoft.us',
    storageHosts: governmentStorage,
    ...governmentAzure,
    apis: { ...governmentApis, graph: endpoint('https://graph.microsoft.us') },
  },
  dod: {
    authority: governmentLogin,
    portal: 'https://security.apps.mil',
    storageHosts: governmentStorage,
    ...governmentAzure,
    apis: { ...governmentApis, graph: endpoint('https://dod-graph.microsoft.us') },
  },
  china: {
    authority: 'https://login.partner.microsoftonline.cn',
    portal: null,
    storageHosts: ['.blob.core.chinacloudapi.cn'],
    exchangeAudience: 'api://AzureADTokenExchangeChina',
    keyVaultEnding: 'vault.azure.cn',
    apis: { graph: null, m365d: null, mde: null },
  },
  /** Every origin comes from the settings; the audiences are the worldwide ones unless the settings say otherwise. */
  custom: {
    authority: null,
    portal: null,
    storageHosts: [...worldwideStorage, ...governmentStorage],
    ...worldwideAzure,
    apis: {
      graph: { baseUrl: '', scope: worldwideGraph.scope },
      m365d: { baseUrl: '', scope: `${m365dResource}/.default` },
      mde: { baseUrl: '', scope: `${mdeResource}/.default` },
    },
  },
} as const satisfies Record<string, CloudRow>;

/** The name of a row, as the settings spell it. */
export type CloudName = keyof typeof clouds;

/** All names, in the order of the table. */
export const cloudNames = Object.keys(clouds) as readonly CloudName[];

/** Other names that people use for a row. */
export const cloudAliases: Readonly<Record<string, CloudName>> = {
  commercial: 'global',
  public: 'global',
  worldwide: 'global',
  'gcc-moderate': 'gcc',
  gcchigh: 'gcc-high',
  usgov: 'gcc-high',
  '21vianet': 'china',
};
