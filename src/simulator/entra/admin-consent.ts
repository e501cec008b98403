import type { SimResponse } from '../http/types.ts';
import type { SimTenant } from '../tenants.ts';
import { sendBack } from './browser.ts';
import { EntraError } from './errors.ts';
import { checkedRedirect } from './redirects.ts';
import { type EntraDeps, type EntraRequest, type EntraRoute, requireParameter, requireTenant } from './request.ts';

/** The path of an administrator whose tenant the app does not know. */
const anyTenant: ReadonlySet<string> = new Set(['common', 'organizations']);

/** The tenant of who signs in: of `login_hint`, else of the only one who is signed in to the "browser". */
const tenantOfAdministrator = ({ form }: EntraRequest, { directory, host, signIns }: EntraDeps): SimTenant => {
  const hint = form.get('login_hint');
  const names = hint === null ? [...new Set(signIns.signedIn.values())] : [hint];
  const [name] = names;
  const tenant = name === undefined || names.length > 1 ? undefined : directory.tenantOfUser(host, name);
  if (tenant !== undefined) return tenant;
  throw new EntraError(50059, 'No tenant-identifying information found in either the request or the credentials.');
};

/** The tenant that the address names. Who belongs to another one cannot sign in there, an administrator of theirs or not. */
const namedTenant = (request: EntraRequest, deps: EntraDeps): SimTenant => {
  const tenant = requireTenant(request, deps);
  const hint = request.form.get('login_hint');
  const own = hint === null ? undefined : deps.directory.tenantOfUser(deps.host, hint);
  if (own === undefined || own === tenant) return tenant;
  throw new EntraError(50020, `User account '${hint}' does not exist in tenant '${tenant.name}'.`);
};

const accepted = (): SimResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html><html lang="en"><head><title>Permissions accepted</title></head><body>Permissions were accepted. You may close this window.</body></html>',
});

/**
 * The consent page of an administrator, without a page: consents at once, or declines where that was said before, and redirects
 * with the tenant. Nothing is recorded for a redirect URI that is not registered, nor when it is declined.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
const adminConsent = (request: EntraRequest, deps: EntraDeps): SimResponse => {
  const { form, tenantSegment, incoming } = request;
  const tenant = anyTenant.has(tenantSegment.toLowerCase())
    ? tenantOfAdministrator(request, deps)
    : namedTenant(request, deps);
  const clientId = requireParameter(form, 'client_id');
  if (incoming.path.includes('/v2.0/')) requireParameter(form, 'scope');
  const registration = deps.directory.consentable(tenant, clientId);
  if (registration === undefined) {
    throw new EntraError(
      700016,
      `App '${clientId}' was not found in the directory '${tenant.name}', nor a multi-tenant one.`,
    );
  }
  const asked = form.get('redirect_uri') ?? registration.redirectUris?.[0];
  const target = asked === undefined ? null : checkedRedirect(asked, registration);
  const state = form.get('state');
  if (deps.signIns.declining.has(tenant.tenantId)) {
    const declined = { error: 'permission_denied', error_description: 'The admin canceled the request', state };
    if (target !== null) return sendBack(target, null, declined);
    throw new EntraError(65004, 'The administrator declined to consent.');
  }
  deps.directory.consent(tenant, registration);
  return target === null
    ? accepted()
    : sendBack(target, null, { admin_consent: 'True', tenant: tenant.tenantId, state });
};

/** The two addresses of the page; that of v2.0 wants a scope. */
export const adminConsentRoutes: readonly EntraRoute[] = [
  { id: 'entra.adminconsent', method: 'GET', path: '/{tenant}/adminconsent', handle: adminConsent },
  { id: 'entra.adminconsent', method: 'GET', path: '/{tenant}/v2.0/adminconsent', handle: adminConsent },
];
