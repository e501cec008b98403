import type { SimResponse } from '../http/types.ts';
import { askedClaims } from './claims.ts';
import { EntraError } from './errors.ts';
import { checkedRedirect } from './redirects.ts';
import {
  type EntraDeps,
  type EntraRequest,
  type EntraRoute,
  requireApp,
  requireParameter,
  requireTenant,
} from './request.ts';
import { parseScopes } from './scopes.ts';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const formPost = (target: string, fields: Readonly<Record<string, string>>): SimResponse => {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html><body onload="document.forms[0].submit()"><form method="post" action="${escapeHtml(target)}">${inputs.join('')}</form></body>`,
  };
};

/** Sends the browser back to the app with the result, in the way the app asked for. */
export const sendBack = (
  target: string,
  mode: string | null,
  fields: Readonly<Record<string, string | null>>,
): SimResponse => {
  const present = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  if (mode === 'form_post') return formPost(target, present);
  const url = new URL(target);
  if (mode === 'fragment') url.hash = new URLSearchParams(present).toString();
  else for (const [name, value] of Object.entries(present)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href } };
};

/**
 * The sign-in page, without a page: approves at once for `login_hint`, the signed-in user, or the tenant's first, and
 * redirects with `code` and `state`. A `claims` parameter that
 * asks for it stands for a second factor.
 */
const authorize = (request: EntraRequest, deps: EntraDeps): SimResponse => {
  const { form } = request;
  const tenant = requireTenant(request, deps);
  const app = requireApp(form, tenant, deps);
  const redirectUri = checkedRedirect(requireParameter(form, 'redirect_uri'), app);
  const [mode, state] = [form.get('response_mode'), form.get('state')];
  try {
    const hint = form.get('login_hint') ?? deps.signIns.signedIn.get(tenant.tenantId);
    const user = hint === undefined ? tenant.users[0] : deps.directory.user(tenant, hint);
    if (!user) throw new EntraError(50034, `The user ${hint ?? ''} does not exist in ${tenant.name}.`);
    const code = deps.signIns.issueCode({
      signIn: {
        tenantId: tenant.tenantId,
        clientId: app.clientId,
        user,
        mfa: askedClaims(form.get('claims')).secondFactor,
        at: deps.now(),
      },
      scopes: parseScopes(form.get('scope'), tenant, deps.directory),
      redirectUri,
      challenge: form.get('code_challenge'),
      challengeMethod: form.get('code_challenge_method'),
      nonce: form.get('nonce'),
    });
    return sendBack(redirectUri, mode, { code, state });
  } catch (thrown) {
    if (!(thrown instanceof EntraError)) throw thrown;
    return sendBack(redirectUri, mode, { error: thrown.error, error_description: thrown.description, state });
  }
};

/** What a browser opens. */
export const browserRoutes: readonly EntraRoute[] = [
  { id: 'entra.authorize', method: 'GET', path: '/{tenant}/oauth2/v2.0/authorize', handle: authorize },
];
