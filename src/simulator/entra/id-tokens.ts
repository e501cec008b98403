import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type SimTenant, type SimUser, stableGuid } from '../tenants.ts';

/** Whose sign-in an ID token tells, and to which app. */
export interface IdTokenSubject {
  readonly tenant: SimTenant;
  readonly user: SimUser;
  /** Client id of the app: `aud`. */
  readonly clientId: string;
  /** Login origin as clients reach it: issuer of v2 tokens. */
  readonly origin: string;
  /** As the app sent it; Entra makes none up. */
  readonly nonce?: string | null;
  /** App roles that the user has in the app. */
  readonly roles?: readonly string[];
  /** What was issued together with the token at the authorize endpoint: their halved hashes are in it. */
  readonly accessToken?: string;
  readonly code?: string;
}

/** The left half of the SHA-256 (OpenID Connect Core 3.3.2.11). */
const halfHash = (text: string): string =>
  createHash('sha256').update(text, 'ascii').digest().subarray(0, 16).toString('base64url');

/** Issuer of v2 tokens, on the login host as clients reach it. */
export const issuerV2 = (origin: string, tenant: SimTenant): string => `${origin}/${tenant.tenantId}/v2.0`;

/** Issuer of v1 tokens: the same in every cloud. */
export const issuerV1 = ({ tenantId }: SimTenant): string => `https://sts.windows.net/${tenantId}/`;

export const objectIdOfUser = (tenant: SimTenant, user: SimUser): string =>
  stableGuid(`user ${tenant.tenantId} ${user.userPrincipalName.toLowerCase()}`);

/**
 * Claims of an ID token but for its times, as the v1 and the v2 endpoint send them: no `azp`, `appid` or `scp` in either, and
 * `sub` is the user's id for this app alone. https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export const idTokenClaims = (version: '1.0' | '2.0', subject: IdTokenSubject): JWTPayload => {
  const { tenant, user, clientId, origin, nonce, roles = [], accessToken, code } = subject;
  const name = user.displayName ?? user.userPrincipalName;
  const ofVersion =
    version === '2.0'
      ? { iss: issuerV2(origin, tenant), preferred_username: user.userPrincipalName }
      : {
          iss: issuerV1(tenant),
          amr: ['pwd'],
          unique_name: user.userPrincipalName,
          upn: user.userPrincipalName,
        };
  return {
    aud: clientId,
    ...ofVersion,
    name,
    oid: objectIdOfUser(tenant, user),
    sub: createHash('sha256').update(`${clientId} ${user.userPrincipalName}`).digest('base64url'),
    tid: tenant.tenantId,
    uti: randomUUID().replaceAll('-', ''),
    ver: version,
    ...(nonce == null ? {} : { nonce }),
    ...(roles.length === 0 ? {} : { roles: [...roles] }),
    ...(accessToken === undefined ? {} : { at_hash: halfHash(accessToken) }),
    ...(code === undefined ? {} : { c_hash: halfHash(code) }),
  };
};
