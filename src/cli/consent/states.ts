import { type ApiName, apiNames } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import { asGatewayError, type GatewayError } from '../../errors.ts';
import { consentLinkOf } from '../../identity/consent.ts';
import type { Tokens } from '../../identity/tokens.ts';

/** Where the consent of a tenant stands, as tokens tell. */
export interface ConsentState {
  readonly tenant: string;
  readonly tenantId: string;
  readonly state: 'CONSENTED' | 'NOT_CONSENTED' | 'UNKNOWN';
  /** Why not, or why that is not known; `null` for one that is consented. */
  readonly reason: string | null;
  /** Permissions of the token for each API that the tenant's cloud has; `null`: none could be had or read. */
  readonly apis: readonly { readonly api: ApiName; readonly permissions: number | null }[];
  /** Where an administrator consents; `null`: there is no app to consent to. */
  readonly link: string | null;
}

/** The app is not known in the tenant, or nobody has consented to it. */
const withoutConsent: ReadonlySet<string> = new Set(['AADSTS700016', 'AADSTS7000229', 'AADSTS65001', 'AADSTS90094']);

type Looked = { readonly api: ApiName } & (
  | { readonly permissions: readonly string[] | null }
  | { readonly error: GatewayError }
);

const isRefused = (one: Looked): one is Looked & { readonly error: GatewayError } => 'error' in one;

/** The same reason of several APIs is told once. */
const reasonOf = (looked: readonly Looked[]): string => {
  const words = looked.map((one) => {
    if (!isRefused(one)) return one.permissions === null ? `the token for ${one.api} cannot be read` : null;
    return one.error.message.replace(/^No token for \w+ in tenant "[^"]*": /, '');
  });
  return [...new Set(words.filter((word) => word !== null))].join('; ');
};

const stateOf = (tenant: Tenant, looked: readonly Looked[]): Pick<ConsentState, 'state' | 'reason'> => {
  const had = looked.flatMap((one) => (isRefused(one) ? [] : [one.permissions]));
  if (tenant.auth.kind !== 'onBehalfOf' && had.some((permissions) => permissions !== null && permissions.length > 0)) {
    return { state: 'CONSENTED', reason: null };
  }
  const refused = looked.filter(isRefused);
  const missing = refused.find(({ error }) => withoutConsent.has(error.details.upstreamCode ?? ''));
  if (missing !== undefined) return { state: 'NOT_CONSENTED', reason: reasonOf([missing]) };
  if (tenant.auth.kind === 'onBehalfOf' && had.length > 0) {
    const reason = 'the app is known there; what its callers were granted shows when one of them asks';
    return { state: 'UNKNOWN', reason };
  }
  const areEmpty = had.length > 0 && had.every((permissions) => permissions?.length === 0);
  if (areEmpty && refused.length === 0) {
    return { state: 'NOT_CONSENTED', reason: 'the app is known there, but none of its permissions is granted' };
  }
  return { state: 'UNKNOWN', reason: reasonOf(looked) || 'the cloud has none of the APIs' };
};

/** Asks Entra for new tokens of the tenant; no API is called. */
export const consentStateOf = async (
  tenant: Tenant,
  tokens: Pick<Tokens, 'get'>,
  signal: AbortSignal,
  redirectUri?: string,
): Promise<ConsentState> => {
  // Nobody is here on whose behalf a token could be had: the app's own shows whether the tenant knows it.
  const asked = tenant.auth.kind === 'onBehalfOf' ? { ...tenant, auth: tenant.auth.app } : tenant;
  const present = apiNames.filter((api) => tenant.apis[api] !== null);
  const looked = await Promise.all(
    present.map(async (api): Promise<Looked> => {
      try {
        const { permissions } = await tokens.get(asked, api, { fresh: true, despiteRefusal: true, signal });
        return { api, permissions };
      } catch (thrown) {
        return { api, error: asGatewayError(thrown) };
      }
    }),
  );
  return {
    tenant: tenant.name,
    tenantId: tenant.tenantId,
    ...stateOf(tenant, looked),
    apis: looked.map((one) => ({
      api: one.api,
      permissions: isRefused(one) ? null : (one.permissions?.length ?? null),
    })),
    link: consentLinkOf(tenant, { redirectUri }),
  };
};
