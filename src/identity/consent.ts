import type { Tenant } from '../config/tenants.ts';

/** What a consent link is for. */
export interface ConsentAsked {
  /** Entra's login origin. */
  readonly authority: string;
  /** The tenant's id; or `organizations` (or `common`), where whoever signs in tells which tenant it is. */
  readonly tenant: string;
  readonly clientId: string;
  /** Has to be registered for the app; absent: the first of the registration. */
  readonly redirectUri?: string | undefined;
  /** Comes back in the redirect as it was sent. */
  readonly state?: string | undefined;
}

/**
 * The page where an administrator consents to all permissions of the app registration. The redirect says in `tenant` whose
 * administrator it was. https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export const consentLink = ({ authority, tenant, clientId, redirectUri, state }: ConsentAsked): string => {
  const link = new URL(`${authority}/${tenant}/adminconsent`);
  link.searchParams.set('client_id', clientId);
  if (redirectUri !== undefined) link.searchParams.set('redirect_uri', redirectUri);
  if (state !== undefined) link.searchParams.set('state', state);
  return link.href;
};

/** The link for a tenant of the settings; `null` where there is no app to consent to. */
export const consentLinkOf = (
  { authority, tenantId, auth }: Tenant,
  more: Pick<ConsentAsked, 'redirectUri' | 'state'> = {},
): string | null =>
  auth.clientId === null || auth.kind === 'managedIdentity'
    ? null
    : consentLink({ authority, tenant: tenantId, clientId: auth.clientId, ...more });
