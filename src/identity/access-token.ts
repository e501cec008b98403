import { decodeJwt } from 'jose';

/** A token for one API in one tenant. */
export interface AccessToken {
  /** For the `Authorization` header and for nothing else. */
  readonly value: string;
  readonly expiresAtMs: number;
  /** `roles` and `scp` of the token; `null`: the token cannot be read, so only the API knows. */
  readonly permissions: readonly string[] | null;
  /** The app that the token was issued to. */
  readonly appId?: string;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

const claimsOf = (token: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return decodeJwt(token);
  } catch {
    // Access tokens belong to the API; that we can read them is not promised.
    return undefined;
  }
};

/** Reads what the token allows. `roles` are of apps, `scp` of users; `appid` is v1, `azp` v2. */
export const readAccessToken = (value: string, expiresAtMs: number): AccessToken => {
  const claims = claimsOf(value);
  if (claims === undefined) return Object.freeze({ value, expiresAtMs, permissions: null });
  const scopes = typeof claims.scp === 'string' ? claims.scp.split(' ').filter((scope) => scope !== '') : [];
  const appId = claims.appid ?? claims.azp;
  return Object.freeze({
    value,
    expiresAtMs,
    permissions: Object.freeze([...new Set([...texts(claims.roles), ...scopes])]),
    ...(typeof appId === 'string' ? { appId } : {}),
  });
};

/** The tenant that a token is of, in lower case; `undefined`: it cannot be read, or does not say. */
export const tenantIdOf = (token: string): string | undefined => {
  const tid = claimsOf(token)?.tid;
  return typeof tid === 'string' && tid !== '' ? tid.toLowerCase() : undefined;
};
