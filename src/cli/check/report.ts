import type { Tenant } from '../../config/tenants.ts';
import type { CapabilityState } from '../../routing/capability-states.ts';
import type { Connectivity } from '../../routing/connectivity.ts';

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
  /** Empty in a tenant that is used on behalf of its callers: what works depends on who calls. */
  readonly features: readonly FeatureReport[];
  /** Everything that is wrong or missing, one sentence each. */
  readonly problems: readonly string[];
}

const featureOf = ({ name, sources }: CapabilityState): FeatureReport => {
  const usable = sources.find((source) => source.usable);
  if (usable !== undefined) return { name, api: usable.api, missingPermissions: [], problem: null };
  const missingPermissions = sources.flatMap(({ api, state, permissions: [permission] }) =>
    state === 'MISSING_PERMISSION' && permission !== undefined ? [{ api, permission }] : [],
  );
  const asked = missingPermissions.map(({ api, permission }) => `${permission} (${api})`);
  if (asked.length > 0) return { name, api: null, missingPermissions, problem: `grant ${asked.join(' or ')}` };
  const noToken = sources.some(({ state }) => state === 'NO_TOKEN');
  return { name, api: null, missingPermissions, problem: noToken ? 'no token' : 'not in this cloud' };
};

const otherScopesOf = ({ api, otherScopes }: Connectivity['apis'][number]): string | null =>
  otherScopes.length === 0
    ? null
    : `${api}: if the product is set up in this tenant, it may have another name there: try in endpoints.scopes.${api} one of ${otherScopes.join(', ')}`;

/** What the tokens of several APIs failed by, once where it is the same, with the names of all of them. */
const tokenProblems = (apis: Connectivity['apis']): readonly string[] => {
  const same = new Map<string, string[]>();
  for (const { api, tokenError } of apis) {
    const words = tokenError?.message.replace(`No token for ${api} `, 'No token for * ');
    if (words !== undefined) same.set(words, [...(same.get(words) ?? []), api]);
  }
  return [...same].map(([words, names]) => words.replace('*', names.join(', ')));
};

/**
 * Joins what was seen. A feature that the cloud does not have is no fault of the tenant, unless it is among `needs`; with
 * `needs` no other feature counts.
 */
export const reportOf = (
  { name, tenantId, cloud }: Tenant,
  connectivity: Connectivity,
  capabilities: readonly CapabilityState[],
  needs: ReadonlySet<string> | null = null,
): TenantReport => {
  const features = capabilities.map(featureOf);
  const { signIn, login, apis } = connectivity;
  const found = [
    signIn.problem,
    login.problem,
    ...apis.flatMap((api) => [api.problem, otherScopesOf(api)]),
    ...tokenProblems(apis),
    ...features.map(({ name: feature, problem }) => {
      if (problem === null || (needs !== null && !needs.has(feature))) return null;
      // The token's own error is told already.
      if (problem === 'no token') return null;
      return problem === 'not in this cloud' && needs === null ? null : `${feature}: ${problem}`;
    }),
  ];
  const problems = [...new Set(found.filter((problem) => problem !== null))];
  return { tenant: name, tenantId, cloud, ok: problems.length === 0, ...connectivity, features, problems };
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
  );
