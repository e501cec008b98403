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

/** Whether the redirect URI is a single-page application's. */
export const isOfPage = (redirectUri: string, { spaRedirectUris = [] }: Registration): boolean =>
  isAmong(redirectUri, spaRedirectUris);

/**
 * Pages alone redeem what was given to a single-page application, and no page anything else.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redirect-uris-for-single-page-apps-spas
 */
export const checkOrigin = (ofPage: boolean, origin: string | undefined): void => {
  if (ofPage && origin === undefined) {
    throw new EntraError(
      9002327,
      "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    );
  }
  if (!ofPage && origin !== undefined) {
    throw new EntraError(
      9002326,
      `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`,
    );
  }
};

/** Who may redeem a code; a page needs its verifier besides. */
export const checkRedemption = ({ redirectUri, challenge, origin }: Redemption, app: Registration): void => {
  const ofPage = isOfPage(redirectUri, app);
  checkOrigin(ofPage, origin);
  if (ofPage && challenge === null) {
    throw new EntraError(
      9002325,
      'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    );
  }
};
