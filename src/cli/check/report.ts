import type { Tenant } from '../../config/tenants.ts';
import type { CapabilityState } from '../../routing/capability-states.ts';
import type { Connectivity, TokenError } from '../../routing/connectivity.ts';
import type { HostState } from '../../routing/reach.ts';

/** A feature as the check tells it. */
export interface FeatureReport {
  readonly name: string;
  /** The API that serves it; `null`: none. */
  readonly api: string | null;
  /** Permissions of which one is enough, with the API each belongs to; empty when the feature works or no grant helps. */
  readonly missingPermissions: readonly { readonly api: string; readonly permission: string }[];
  /** Why it does not work, in a sentence; `null` when it does. */
  readonly problem: string | null;
}

/** One tenant of `check --json`. */
export interface TenantReport extends Connectivity {
  readonly tenant: string;
  readonly tenantId: string;
  readonly cloud: string;
  readonly ok: boolean;
  /** The features that have to work, as `--need` or `expects` says; `null`: all that the cloud has. */
  readonly expects: readonly string[] | null;
  /** Empty in a tenant that is used on behalf of its callers: what works depends on who calls. */
  readonly features: readonly FeatureReport[];
  /** Everything that is wrong or missing, one sentence each. */
  readonly problems: readonly string[];
}

/** What Entra calls it, else what the gateway does. */
const codeOf = ({ code, upstreamCode }: TokenError): string => upstreamCode ?? code;

/** Why an API gives no token, in a word or two: the sentence stands once, among the problems of the tenant. */
const noToken = (apis: Connectivity['apis'], names: readonly string[]): string => {
  const codes = apis.flatMap(({ api, tokenError }) =>
    tokenError !== null && names.includes(api) ? [codeOf(tokenError)] : [],
  );
  return codes.length === 0 ? 'no token' : `no token (${[...new Set(codes)].join(', ')})`;
};

const notInCloud = 'not in this cloud';

/** The sentence of the host stands once, among the problems of the tenant. */
const notReached = 'host not reached';

const featureOf = ({ name, sources }: CapabilityState, apis: Connectivity['apis']): FeatureReport => {
  const usable = sources.find((source) => source.usable);
  if (usable !== undefined) {
    const isReached = apis.some(({ api, reached }) => api === usable.api && reached);
    return { name, api: usable.api, missingPermissions: [], problem: isReached ? null : notReached };
  }
  const missingPermissions = sources.flatMap(({ api, state, permissions: [permission] }) =>
    state === 'MISSING_PERMISSION' && permission !== undefined ? [{ api, permission }] : [],
  );
  const asked = missingPermissions.map(({ api, permission }) => `${permission} (${api})`);
  if (asked.length > 0) return { name, api: null, missingPermissions, problem: `grant ${asked.join(' or ')}` };
  const refused = sources.flatMap(({ state, api }) => (state === 'NO_TOKEN' ? [api] : []));
  return { name, api: null, missingPermissions, problem: refused.length > 0 ? noToken(apis, refused) : notInCloud };
};

const otherScopesOf = ({ api, otherScopes }: Connectivity['apis'][number]): string | null =>
  otherScopes.length === 0
    ? null
    : `${api}: if the product is set up in this tenant, it may have another name there: try in endpoints.scopes.${api} one of ${otherScopes.join(', ')}`;

/** What is wrong with hosts, once where it is the same: a proxy, a CA or a clock is so with all of them. */
const hostProblems = (hosts: readonly HostState[]): readonly string[] => {
  const same = new Map<string, { readonly first: string; readonly names: Set<string> }>();
  for (const { host, problem } of hosts) {
    if (problem === null) continue;
    // Clocks are told in whole seconds, and differ by one from host to host.
    const reason = problem.replace(host, '*').replace(/\d+ seconds/, '');
    const { names } = same.get(reason) ?? { names: new Set() };
    same.set(reason, { first: problem.replace(host, '*'), names: names.add(host) });
  }
  return [...same.values()].map(({ first, names }) =>
    (names.size > 1 ? first.replace('* is not', '* are not') : first).replace('*', [...names].join(', ')),
  );
};

/** A failure to get tokens, with the APIs that it keeps from. */
interface TokenProblem {
  readonly apis: readonly string[];
  readonly says: string;
}

/**
 * What the tokens of several APIs failed by, once where it is the same. What is told of the sign-in or of the login host already is
 * not told again.
 */
const tokenProblems = ({ apis, signIn, login }: Connectivity): readonly TokenProblem[] => {
  const same = new Map<string, string[]>();
  for (const { api, tokenError } of apis) {
    if (tokenError === null) continue;
    if (signIn.problem !== null && tokenError.message.endsWith(signIn.problem)) continue;
    if (!login.reached && tokenError.code === 'UPSTREAM_UNAVAILABLE') continue;
    const words = tokenError.message.replace(`No token for ${api} `, 'No token for * ');
    same.set(words, [...(same.get(words) ?? []), api]);
  }
  return [...same].map(([words, names]) => ({ apis: names, says: words.replace('*', names.join(', ')) }));
};

/** The APIs that the needed features go by: the one that serves, else each that could. */
const neededApis = (capabilities: readonly CapabilityState[], needs: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(
    capabilities
      .filter(({ name }) => needs.has(name))
      .flatMap(({ sources }) => {
        const usable = sources.find((source) => source.usable);
        return usable === undefined ? sources.map(({ api }) => api) : [usable.api];
      }),
  );

/**
 * Joins what was seen. A feature that the cloud does not have is no fault of the tenant, unless it is among `needs`; with
 * `needs` no other feature counts, nor an API that none of them goes by.
 */
export const reportOf = (
  { name, tenantId, cloud, expects }: Tenant,
  connectivity: Connectivity,
  capabilities: readonly CapabilityState[],
  needs: ReadonlySet<string> | null = expects === undefined ? null : new Set(expects),
): TenantReport => {
  const features = capabilities.map((capability) => featureOf(capability, connectivity.apis));
  const { signIn, login, apis } = connectivity;
  const counting = needs === null ? null : neededApis(capabilities, needs);
  const counts = (api: string): boolean => counting === null || counting.has(api);
  const found = [
    signIn.problem,
    ...hostProblems([login, ...apis.filter(({ api }) => counts(api))]),
    ...apis.filter(({ api }) => counts(api)).map(otherScopesOf),
    ...tokenProblems(connectivity).map(({ apis: names, says }) => (names.some(counts) ? says : null)),
    ...features.map(({ name: feature, problem }) => {
      if (problem === null || (needs !== null && !needs.has(feature))) return null;
      // The error of the token or of the host is told already.
      if (problem.startsWith('no token') || problem === notReached) return null;
      return problem === notInCloud && needs === null ? null : `${feature}: ${problem}`;
    }),
  ];
  const problems = [...new Set(found.filter((problem) => problem !== null))];
  return {
    ...{ tenant: name, tenantId, cloud, ok: problems.length === 0 },
    ...connectivity,
    expects: needs === null ? null : [...needs],
    ...{ features, problems },
  };
};

/** The same of a tenant that is used on behalf of its callers, whose app was looked at. */
export const callersReportOf = (tenant: Tenant, connectivity: Connectivity): TenantReport =>
  reportOf(
    tenant,
    {
      ...connectivity,
      signIn: { ...connectivity.signIn, kind: tenant.auth.kind },
      // Those of the app; callers have their own.
      apis: connectivity.apis.map((api) => ({ ...api, permissions: null })),
    },
    [],
    null,
  );
