import type { z } from 'zod';
import {
  type ApiEndpoint,
  type ApiName,
  apiNames,
  type CloudName,
  type CloudRow,
  cloudAliases,
  cloudNames,
  clouds,
} from '../clouds/endpoints.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { section, text, textLike } from './fields.ts';
import { didYouMean } from './suggest.ts';
import type { Tenant } from './tenants.ts';

/** Where a tenant's sign-in and APIs are: a row of the cloud table with the settings laid over it. */
export type Place = Pick<Tenant, 'cloud' | 'authority' | 'portal' | 'apis' | 'filesOrigin'>;

const scope = () =>
  textLike(/^\S+$/, 'one scope or resource, e.g. https://api.securitycenter.microsoft.com/.default').transform(
    (value) => (value.endsWith('/.default') ? value : `${value.replace(/\/+$/, '')}/.default`),
  );

/** `cloud` and `endpoints` of a tenant. */
export const cloudField = () => text().default('global');
export const endpointsField = () =>
  section({
    authority: text().optional(),
    mde: text().optional(),
    m365d: text().optional(),
    graph: text().optional(),
    files: text().optional(),
    scopes: section({ mde: scope().optional(), m365d: scope().optional(), graph: scope().optional() }).optional(),
  }).optional();

type EndpointSettings = z.output<ReturnType<typeof endpointsField>>;

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Paths that people copy along with the host; operations bring their own. */
const copiedPaths = /(\/+|\/api|\/v1\.0|\/beta)$/;

const withoutCopiedPaths = (url: string): string => {
  const shorter = url.replace(copiedPaths, '');
  return shorter === url ? url : withoutCopiedPaths(shorter);
};

/** `value` as an origin without path, or `undefined` with a fault. */
const readOrigin = (value: string, path: ConfigPath, plainOnLoopback: boolean, faults: Faults): string | undefined => {
  const trimmed = withoutCopiedPaths(value);
  if (!URL.canParse(trimmed)) {
    faults.add(path, 'must be an address, e.g. https://api.example.com');
    return undefined;
  }
  const url = new URL(trimmed);
  const plain = url.protocol === 'http:' && plainOnLoopback && loopbackHosts.has(url.hostname);
  if (url.protocol !== 'https:' && !plain) {
    faults.add(path, plainOnLoopback ? 'must be https (http is for loopback only)' : 'must be https');
    return undefined;
  }
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    faults.add(path, 'must be an origin alone: scheme, host and port');
    return undefined;
  }
  return url.origin;
};

/** The cloud of a name or an alias, without regard to case. */
export const cloudNamed = (value: string): CloudName | undefined => {
  const wanted = value.toLowerCase();
  return (
    cloudNames.find((name) => name === wanted) ??
    (Object.hasOwn(cloudAliases, wanted) ? cloudAliases[wanted] : undefined)
  );
};

/** The rows of the table: all that is known of Microsoft's hosts. */
const rows: readonly CloudRow[] = Object.values(clouds);

/** The endpoint of one API: the row's, with origin and scope of the settings in their place. A host of the table has a scope. */
const joinApi = (
  api: ApiName,
  row: ApiEndpoint | null,
  baseUrl: string | undefined,
  ownScope: string | undefined,
): ApiEndpoint | null => {
  const origin = baseUrl ?? row?.baseUrl ?? '';
  if (origin === '') return null;
  const known = origin === row?.baseUrl ? row : rows.find(({ apis }) => apis[api]?.baseUrl === origin)?.apis[api];
  return { baseUrl: origin, scope: ownScope ?? known?.scope ?? row?.scope ?? `${origin}/.default` };
};

/**
 * Why a token of `authority` must not go to `origin`: a host of Microsoft's for tokens of another login, or of another product;
 * `undefined`: nothing speaks against it, or one of them is a stand-in.
 */
const strayToken = (api: ApiName, origin: string, authority: string): string | undefined => {
  const isGraph = api === 'graph';
  const there = rows.filter(({ apis }) => apiNames.some((name) => apis[name]?.baseUrl === origin));
  if (there.length === 0 || !rows.some((row) => row.authority === authority)) return undefined;
  if (
    !there.some(({ apis }) => apiNames.some((name) => (name === 'graph') === isGraph && apis[name]?.baseUrl === origin))
  )
    return `${origin} is a host of ${isGraph ? 'Defender' : 'Microsoft Graph'}, to which no token for ${api} may go`;
  return there.some((row) => row.authority === authority)
    ? undefined
    : `${origin} is a host of the cloud "${cloudNames.find((name) => clouds[name] === there[0])}", to which no token of ${authority} may go: correct cloud`;
};

/** Joins the cloud's row with the tenant's own endpoints. */
export const readPlace = (
  cloudText: string,
  endpoints: EndpointSettings,
  path: ConfigPath,
  faults: Faults,
): Place | undefined => {
  const cloud = cloudNamed(cloudText);
  if (cloud === undefined) {
    const known = [...cloudNames, ...Object.keys(cloudAliases)];
    faults.add([...path, 'cloud'], `no such cloud${didYouMean(cloudText, known)} (known: ${cloudNames.join(', ')})`);
  }
  const row: CloudRow | undefined = cloud && clouds[cloud];
  const at = [...path, 'endpoints'];
  const origin = (key: ApiName | 'authority' | 'files'): string | undefined => {
    const value = endpoints?.[key];
    const plainOnLoopback = key !== 'authority' && key !== 'files';
    return value === undefined ? undefined : readOrigin(value, [...at, key], plainOnLoopback, faults);
  };
  const authority = origin('authority') ?? row?.authority;
  const own = { graph: origin('graph'), m365d: origin('m365d'), mde: origin('mde') } satisfies Record<ApiName, unknown>;
  const filesOrigin = origin('files') ?? null;
  if (row === undefined || cloud === undefined) return undefined;
  if (cloud === 'custom' && endpoints?.authority === undefined)
    faults.add([...at, 'authority'], 'is required for cloud "custom"');
  if (cloud === 'custom' && apiNames.every((api) => endpoints?.[api] === undefined)) {
    faults.add(at, `cloud "custom" needs at least one of ${apiNames.join(', ')}`);
  }
  const api = (name: ApiName) => joinApi(name, row.apis[name], own[name], endpoints?.scopes?.[name]);
  const apis = { graph: api('graph'), m365d: api('m365d'), mde: api('mde') };
  for (const name of apiNames) {
    const stray =
      authority == null || apis[name] === null ? undefined : strayToken(name, apis[name].baseUrl, authority);
    if (stray !== undefined) faults.add([...at, own[name] === undefined ? 'authority' : name], stray);
  }
  return authority == null ? undefined : { cloud, authority, portal: row.portal, apis, filesOrigin };
};
