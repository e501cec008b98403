import { createHash } from 'node:crypto';
import { errors } from 'jose';
import type { SimApp, SimTenant } from '../tenants.ts';
import { askedClaims, secondFactorChallenge } from './claims.ts';
import { authenticateClient, type ClientProof } from './client.ts';
import { EntraError } from './errors.ts';
import { issuerV2, objectIdOfUser } from './id-tokens.ts';
import { checkOrigin, checkRedemption, isOfPage } from './redirects.ts';
import { type EntraDeps, requireParameter } from './request.ts';
import { parseDefaultScope, parseScopes, type RequestedScopes } from './scopes.ts';
import type { SignIn } from './sign-ins.ts';

/** A token request whose tenant and app are known. */
export interface GrantRequest {
  readonly form: URLSearchParams;
  readonly tenant: SimTenant;
  readonly app: SimApp;
  /** Header `Origin`: of the page that asks. */
  readonly origin?: string | undefined;
}

type Grant = (request: GrantRequest, deps: EntraDeps) => Promise<object>;

const refreshTokenDays = 90;
const dayMs = 86_400_000;

/** https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime */
const pageSignInMs = dayMs;

const clientOf = (request: GrantRequest, deps: EntraDeps, publicAllowed: boolean): Promise<ClientProof> => {
  const { form, tenant, app } = request;
  const base = [deps.origin(), deps.host].flatMap((origin) => [
    `${origin}/${tenant.tenantId}`,
    `${origin}/${tenant.name}.onmicrosoft.com`,
  ]);
  const audiences = base.flatMap((authority) => [`${authority}/oauth2/v2.0/token`, `${authority}/v2.0`]);
  return authenticateClient(form, { app, now: deps.now(), audiences }, { publicAllowed });
};

/** The answer of every user flow: access token, id token, account and, where the flow gives one, a refresh token. */
const userAnswer = async (
  { form, tenant, app }: GrantRequest,
  deps: EntraDeps,
  proof: ClientProof,
  signIn: SignIn,
  scopes: RequestedScopes,
  nonce: string | null = null,
): Promise<object> => {
  const asked = askedClaims(form.get('claims'));
  const subject = { tenant, app, proof, origin: deps.origin(), asked, user: signIn.user, mfa: signIn.mfa };
  const account = { uid: objectIdOfUser(tenant, signIn.user), utid: tenant.tenantId };
  return {
    ...(await deps.issuer.user(subject, scopes)),
    ...(scopes.offline && { refresh_token: deps.signIns.issueRefreshToken({ ...signIn, at: deps.now() }) }),
    id_token: await deps.issuer.idToken(subject, nonce),
    client_info: Buffer.from(JSON.stringify(account)).toString('base64url'),
  };
};

const clientCredentials: Grant = async (request, deps) => {
  const { form, tenant, app } = request;
  const proof = await clientOf(request, deps, false);
  const resource = parseDefaultScope(form.get('scope'), tenant, deps.directory);
  return deps.issuer.app(
    { tenant, app, proof, origin: deps.origin(), asked: askedClaims(form.get('claims')) },
    resource,
  );
};

const challengeOf = (verifier: string, method: string | null): string =>
  method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;

const authorizationCode: Grant = async (request, deps) => {
  const { form, app, tenant, origin } = request;
  const proof = await clientOf(request, deps, true);
  const pending = deps.signIns.redeemCode(requireParameter(form, 'code'));
  if (pending === undefined) throw new EntraError(70000, 'The authorization code is not known.');
  if (pending === 'used') throw new EntraError(54005, 'The authorization code was already redeemed.');
  const { signIn, challenge, challengeMethod } = pending;
  if (signIn.clientId !== app.clientId || signIn.tenantId !== tenant.tenantId) {
    throw new EntraError(70000, 'The authorization code belongs to another app or tenant.');
  }
  checkRedemption({ redirectUri: pending.redirectUri, challenge, origin }, app);
  if (deps.now().getTime() - signIn.at.getTime() > 600_000)
    throw new EntraError(70008, 'The authorization code has expired.');
  if (form.get('redirect_uri') !== pending.redirectUri)
    throw new EntraError(500112, 'The redirect URI is not the one of the sign-in.');
  if (challenge !== null && challenge !== challengeOf(form.get('code_verifier') ?? '', challengeMethod)) {
    throw new EntraError(501481, 'The code verifier does not fit the code challenge.');
  }
  const asked = form.get('scope');
  const scopes = asked === null ? pending.scopes : parseScopes(asked, tenant, deps.directory);
  const ofPage = isOfPage(pending.redirectUri, app) ? { onPageSince: signIn.at } : {};
  // What was not consented to with the code is not given for it.
  const { offline } = pending.scopes;
  return userAnswer(request, deps, proof, { ...signIn, ...ofPage }, { ...scopes, offline }, pending.nonce);
};

const deviceCode: Grant = async (request, deps) => {
  const { form, tenant, app } = request;
  const proof = await clientOf(request, deps, true);
  const known = deps.signIns.deviceCode(requireParameter(form, 'device_code'));
  if (!known || known.clientId !== app.clientId || known.tenantId !== tenant.tenantId) {
    throw new EntraError(70018, 'The device code is not known.');
  }
  if (deps.now() >= known.expiresAt) throw new EntraError(70019, 'The device code has expired.');
  if (known.decision === 'none') throw new EntraError(70016, 'The user has not finished signing in yet.');
  if (known.decision === 'declined') throw new EntraError(65004, 'The user declined.');
  const signIn = {
    tenantId: tenant.tenantId,
    clientId: app.clientId,
    user: known.decision.user,
    mfa: true,
    at: deps.now(),
  };
  return userAnswer(request, deps, proof, signIn, known.scopes);
};

const refreshToken: Grant = async (request, deps) => {
  const { form, tenant, app, origin } = request;
  const proof = await clientOf(request, deps, true);
  const signIn = deps.signIns.refreshToken(requireParameter(form, 'refresh_token'));
  if (!signIn || signIn.clientId !== app.clientId || signIn.tenantId !== tenant.tenantId) {
    throw new EntraError(70000, 'The refresh token is not known for this app and tenant.');
  }
  const { onPageSince } = signIn;
  checkOrigin(onPageSince !== undefined, origin);
  if (onPageSince !== undefined && deps.now().getTime() - onPageSince.getTime() > pageSignInMs) {
    throw new EntraError(
      700084,
      'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
    );
  }
  if (deps.signIns.revokedSince(signIn)) throw new EntraError(50173, 'The grant was revoked: sign in again.');
  if (deps.now().getTime() - signIn.at.getTime() > refreshTokenDays * dayMs) {
    throw new EntraError(700082, `The refresh token has expired after ${refreshTokenDays} days of inactivity.`);
  }
  const scopes = parseScopes(form.get('scope'), tenant, deps.directory);
  return userAnswer(request, deps, proof, signIn, { ...scopes, offline: true });
};

/** Reads the user out of the token that a front end sent to this app. */
const readUserAssertion = async (
  { tenant, app }: GrantRequest,
  deps: EntraDeps,
  assertion: string,
): Promise<SignIn> => {
  const claims = await deps.signer.verify(assertion).catch((cause: unknown) => {
    throw cause instanceof errors.JWTExpired
      ? new EntraError(500133, 'The assertion has expired.')
      : new EntraError(50013, 'The assertion is not valid.');
  });
  const { aud, iss, preferred_username: name, amr } = claims;
  const user = typeof name === 'string' ? deps.directory.user(tenant, name) : undefined;
  const meant = aud === app.clientId || aud === `api://${app.clientId}`;
  if (!meant || iss !== issuerV2(deps.origin(), tenant) || !user) {
    throw new EntraError(50013, 'The assertion is not a user token of this tenant for this app.');
  }
  const mfa = Array.isArray(amr) && amr.includes('mfa');
  return { tenantId: tenant.tenantId, clientId: app.clientId, user, mfa, at: deps.now() };
};

const onBehalfOf: Grant = async (request, deps) => {
  const { form, tenant } = request;
  const proof = await clientOf(request, deps, false);
  const signIn = await readUserAssertion(request, deps, requireParameter(form, 'assertion'));
  const scopes = parseScopes(requireParameter(form, 'scope'), tenant, deps.directory);
  if (signIn.user.mfaRequired && !signIn.mfa) {
    throw new EntraError(50076, 'A second factor is needed for this resource.', secondFactorChallenge);
  }
  return userAnswer(request, deps, proof, signIn, scopes);
};

/** Grant types of the token endpoint; MSAL sends the short name of the device code flow. */
const grants: Readonly<Record<string, Grant>> = {
  client_credentials: clientCredentials,
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  device_code: deviceCode,
  'urn:ietf:params:oauth:grant-type:device_code': deviceCode,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': onBehalfOf,
};

/** Answers a token request of any grant type. */
export const grantToken: Grant = (request, deps) => {
  const type = requireParameter(request.form, 'grant_type');
  const grant = grants[type];
  if (!grant) throw new EntraError(70003, `The grant type '${type}' is not supported.`);
  return grant(request, deps);
};
