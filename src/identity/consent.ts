import type { Tenant } from '../config/tenants.ts';

/**
 * The page where an administrator consents to all permissions of the app registration; `null` where there is no app to
 * consent to. https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export const consentLink = ({ authority, tenantId, auth }: Tenant, redirectUri?: string): string | null => {
  if (auth.clientId === null) return null;
  const link = new URL(`${authority}/${tenantId}/adminconsent`);
  link.searchParams.set('client_id', auth.clientId);
  if (redirectUri !== undefined) link.searchParams.set('redirect_uri', redirectUri);
  return link.href;
};
