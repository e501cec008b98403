import type { JWTPayload } from 'jose';
import { AccessError } from '../errors.ts';

/**
 * What only ID tokens carry: what ties them to the sign-in of a browser. Both kinds of token may have the same issuer, keys,
 * audience and roles (an app that calls its own API), so claims alone tell them apart.
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash'] as const;

/** Names of a user, in v2 and v1 tokens: no app has one. */
const userNameClaims = ['preferred_username', 'upn', 'unique_name'] as const;

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** The user names in a token, in lower case. */
export const userNamesOf = (claims: JWTPayload): readonly string[] => [
  ...new Set(
    userNameClaims
      .map((claim) => claims[claim])
      .filter(isText)
      .map((name) => name.toLowerCase()),
  ),
];

/**
 * Whose access token it is. A user's has `scp` (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference);
 * an app's says so (`idtyp`, an optional claim) or names the app (`azp` in v2, `appid` in v1) and no user. Throws
 * `UNAUTHENTICATED` for what is neither: an ID token says who signed in, not that they may call.
 */
export const accessTokenKind = (claims: JWTPayload): 'app' | 'user' => {
  const ofApp = claims.idtyp === 'app';
  if (isText(claims.scp) && !ofApp) return 'user';
  const ofSignIn = [...idTokenClaims, ...userNameClaims].some((claim) => claims[claim] !== undefined);
  const namesApp = isText(claims.azp) || isText(claims.appid);
  const undecided = claims.idtyp !== undefined && !ofApp;
  if (claims.scp === undefined && !ofSignIn && !undecided && (ofApp || namesApp)) return 'app';
  throw new AccessError('UNAUTHENTICATED', 'The token is no access token: an ID token does not let anybody in');
};
