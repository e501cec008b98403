import type { SimApp } from '../tenants.ts';
import { EntraError } from './errors.ts';

/** The URI without its port where it is on `localhost`, whose port Entra does not compare. */
const comparable = (uri: string): string => {
  const url = new URL(uri);
  if (url.hostname === 'localhost') url.port = '';
  return url.href;
};

const isAmong = (uri: string, registered: readonly string[]): boolean =>
  registered.some((known) => comparable(known) === comparable(uri));

type Registration = Pick<SimApp, 'redirectUris' | 'spaRedirectUris'>;

/**
 * The redirect URI, as it is registered; each where none is. Throws `50011`, which is shown and not sent back.
 * https://learn.microsoft.com/entra/identity-platform/reply-url
 */
export const checkedRedirect = (uri: string, { redirectUris = [], spaRedirectUris = [] }: Registration): string => {
  const registered = [...redirectUris, ...spaRedirectUris];
  if (!URL.canParse(uri) || (registered.length > 0 && !isAmong(uri, registered))) {
    throw new EntraError(50011, `The redirect URI '${uri}' is not registered for the app.`);
  }
  return uri;
};

/** A code that waits to be redeemed, and by what. */
export interface Redemption {
  readonly redirectUri: string;
  readonly challenge: string | null;
  /** Of the page that asks; `undefined`: none does. */
  readonly origin: string | undefined;
}

/**
 * Who may redeem a code: pages alone where the redirect URI is a single-page application's, and no page elsewhere.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redirect-uris-for-single-page-apps-spas
 */
export const checkRedemption = ({ redirectUri, challenge, origin }: Redemption, app: Registration): void => {
  const isOfPage = isAmong(redirectUri, app.spaRedirectUris ?? []);
  if (isOfPage && origin === undefined) {
    throw new EntraError(
      9002327,
      "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    );
  }
  if (!isOfPage && origin !== undefined) {
    throw new EntraError(
      9002326,
      `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`,
    );
  }
  if (isOfPage && challenge === null) {
    throw new EntraError(
      9002325,
      'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    );
  }
};
