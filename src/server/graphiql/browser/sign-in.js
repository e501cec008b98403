// Sign-in to Entra by authorization code with PKCE (RFC 7636), as single-page applications do it:
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
const place = 'defender-gateway:sign-in';

const base64Url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const randomText = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier) =>
  base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

/** The page's own address: what is registered as redirect URI. */
const redirectUri = () => `${location.origin}${location.pathname}`;

/** With a refresh token, which Entra gives a page for a day. */
const scopesOf = (scope) => `openid profile offline_access ${scope}`;

/** Leaves the page for Entra. Throws where the browser has no cryptography for it: over plain HTTP. */
export const beginSignIn = async ({ clientId, scope, authority }) => {
  if (!isSecureContext) {
    throw new Error('Browsers allow signing in over HTTPS or on localhost alone. Open the page there, or use a key.');
  }
  const [state, verifier] = [randomText(), randomText()];
  sessionStorage.setItem(place, JSON.stringify({ state, verifier }));
  const asked = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    // The code comes behind `#`, which browsers send to nobody.
    response_mode: 'fragment',
    redirect_uri: redirectUri(),
    scope: scopesOf(scope),
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    prompt: 'select_account',
  });
  location.assign(`${authority}/oauth2/v2.0/authorize?${asked}`);
};

/** Entra's sentence without the ids behind it. */
const sentence = (description) => description.split(/\s*Trace ID:/)[0].trim();

/** A token and what renews it, for what Entra gave before. Throws an error with a sentence. */
const redeem = async ({ clientId, scope, authority }, given) => {
  const response = await fetch(`${authority}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, scope: scopesOf(scope), ...given }),
  }).catch(() => {
    throw new Error(
      `${new URL(authority).host} gave this page no answer. Is ${redirectUri()} registered there as redirect URI of a single-page application?`,
    );
  });
  const answer = await response.json();
  if (typeof answer.access_token !== 'string') {
    throw new Error(sentence(answer.error_description ?? answer.error ?? `Entra answered ${response.status}.`));
  }
  return { token: answer.access_token, renewal: answer.refresh_token ?? null };
};

/**
 * Token and renewal, when the page is opened by Entra's way back; `null` when it is not. Throws an error with a sentence when the
 * sign-in failed or was begun elsewhere. Whatever came is taken out of the address.
 */
export const finishSignIn = async (signIn) => {
  const told = new URLSearchParams(location.hash.slice(1));
  if (!told.has('state') || !(told.has('code') || told.has('error'))) return null;
  history.replaceState(null, '', redirectUri());
  const begun = JSON.parse(sessionStorage.getItem(place) ?? '{}');
  sessionStorage.removeItem(place);
  if (begun.state !== told.get('state'))
    throw new Error('This sign-in was not begun in this tab. Please sign in again.');
  if (told.has('error')) throw new Error(sentence(told.get('error_description') ?? told.get('error')));
  return redeem(signIn, {
    grant_type: 'authorization_code',
    code: told.get('code'),
    redirect_uri: redirectUri(),
    code_verifier: begun.verifier,
  });
};

/** Another token for the refresh token of the last. */
export const renewSignIn = (signIn, renewal) => redeem(signIn, { grant_type: 'refresh_token', refresh_token: renewal });
