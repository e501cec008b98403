import { EntraError } from './errors.ts';
import { type EntraDeps, type EntraRequest, type EntraRoute, requireApp, requireTenant } from './request.ts';
import { parseScopes } from './scopes.ts';

const expiresInSeconds = 900;
/** Shorter than Entra's 5 so that tests need not wait. */
const pollSeconds = 1;

const issue = (request: EntraRequest, deps: EntraDeps) => {
  const tenant = requireTenant(request, deps);
  const app = requireApp(request.form, tenant, deps);
  const scopes = parseScopes(request.form.get('scope'), tenant, deps.directory);
  const expiresAt = new Date(deps.now().getTime() + expiresInSeconds * 1000);
  const code = deps.signIns.issueDeviceCode({ tenantId: tenant.tenantId, clientId: app.clientId, scopes, expiresAt });
  const page = `${deps.origin()}/common/oauth2/deviceauth`;
  return {
    status: 200,
    body: {
      user_code: code.userCode,
      device_code: code.deviceCode,
      verification_uri: page,
      expires_in: expiresInSeconds,
      interval: pollSeconds,
      message: `To sign in, open ${page} and enter the code ${code.userCode}.`,
    },
  };
};

const form =
  '<form><label>Code <input name="user_code"></label> <label>User <input name="login_hint"></label> <button>Sign in</button></form>';
const page = (content: string) => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html><html lang="en"><head><title>Simulated sign-in</title></head><body>${content}</body></html>`,
});

/** The page of the code: without one a form, with one it approves for `login_hint` or who is signed in. */
const approve = ({ form: query }: EntraRequest, deps: EntraDeps) => {
  const userCode = query.get('user_code');
  if (userCode === null) return page(form);
  decideDeviceCode(deps, userCode, { userName: query.get('login_hint') || undefined });
  return page('Signed in. You may close this window.');
};

/** What a user does at the page of the code: signs in (as the named user, the signed-in one or the first), or declines. */
export const decideDeviceCode = (
  { signIns, directory }: Pick<EntraDeps, 'signIns' | 'directory'>,
  userCode: string,
  decision: 'declined' | { readonly userName: string | undefined },
): void => {
  const code = signIns.deviceCodeOfUser(userCode);
  const tenant = code && directory.byId(code.tenantId);
  if (!code || !tenant) throw new EntraError(70018, 'The user code is not known.');
  if (decision === 'declined') {
    code.decision = 'declined';
    return;
  }
  const name = decision.userName ?? signIns.signedIn.get(tenant.tenantId);
  const user = name === undefined ? tenant.users[0] : directory.user(tenant, name);
  if (!user) throw new EntraError(50034, `The user ${name ?? ''} does not exist in ${tenant.name}.`);
  code.decision = { user };
};

export const deviceCodeRoutes: readonly EntraRoute[] = [
  { id: 'entra.devicecode', method: 'POST', path: '/{tenant}/oauth2/v2.0/devicecode', handle: issue },
  { id: 'entra.deviceauth', method: 'GET', path: '/{tenant}/oauth2/deviceauth', handle: approve },
];
