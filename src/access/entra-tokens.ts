import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { EntraAccess } from '../config/access.ts';
import type { Person } from '../domain/person.ts';
import { AccessError, UpstreamError } from '../errors.ts';
import { accessTokenKind, userNamesOf } from './access-tokens.ts';
import { type Caller, callerTokenOf, callerWith } from './caller.ts';
import { grantsOf } from './grants.ts';
import type { RoleTable } from './roles.ts';
import { createSigningKeys, type SigningKeysDeps } from './signing-keys.ts';

/** Clocks of hosts differ; more than this is not an accident. */
const skewSeconds = 300;

/** Signatures by a public key alone: a shared secret or none would let anybody sign. */
const algorithms = ['RS256', 'PS256', 'ES256'];

/** Faults of the token; any other is ours or of the way to the keys. */
const tokenFaults = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

const refusal = (error: unknown): AccessError | UpstreamError => {
  if (!tokenFaults.some((fault) => error instanceof fault)) {
    return new UpstreamError('UPSTREAM_UNAVAILABLE', "The keys that sign callers' tokens cannot be read", {}, error);
  }
  const expired = error instanceof errors.JWTExpired;
  const claim = error instanceof errors.JWTClaimValidationFailed ? ` (${error.claim})` : '';
  return new AccessError(
    'UNAUTHENTICATED',
    expired ? 'The token has expired' : `The token is not valid here${claim}`,
    {},
    error,
  );
};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const granted = ({ roles, scp }: JWTPayload): string[] => [
  ...(Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : []),
  ...(text(scp)?.split(' ') ?? []),
];

/** Where signing keys that were read are kept, by their address, for who checks tokens after. */
export type SigningKeys = Map<string, JWTVerifyGetKey>;

interface TokenDeps extends SigningKeysDeps {
  readonly clock: Clock;
  /** Of this checker alone by default. */
  readonly signingKeys?: SigningKeys | undefined;
}

/** Says who sent a token; rejects as `Authenticator` does. */
type ReadToken = (token: string) => Promise<Caller>;

/** A user without an object id is known by their user names alone. */
const personOfUser = (tenantId: string, objectId: string | undefined, userNames: readonly string[]): Person => ({
  id: objectId === undefined ? null : `${tenantId}:${objectId}`.toLowerCase(),
  userNames,
});

/** Checks the tokens of one issuer. */
const createIssuer = (settings: EntraAccess, table: RoleTable, deps: TokenDeps): ReadToken => {
  const { clock, signingKeys } = deps;
  const keys = signingKeys?.get(settings.jwksUri) ?? createSigningKeys(settings.jwksUri, deps);
  signingKeys?.set(settings.jwksUri, keys);
  const roleOf = (claim: string): string | undefined =>
    Object.hasOwn(settings.roleClaims, claim)
      ? settings.roleClaims[claim]
      : Object.hasOwn(table, claim)
        ? claim
        : undefined;

  const verify = async (token: string): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        issuer: [...settings.issuers],
        audience: [...settings.audience],
        clockTolerance: skewSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      throw refusal(error);
    }
  };

  return async (token) => {
    const claims = await verify(token);
    if (text(claims.tid)?.toLowerCase() !== settings.tenantId)
      throw new AccessError('UNAUTHENTICATED', 'The token is not valid here (tid)');
    const kind = accessTokenKind(claims);
    const roles = [...new Set(granted(claims).map(roleOf))].filter((role) => role !== undefined);
    // App-only tokens without roles are given to any app that asks: knowing who it is permits nothing.
    if (roles.length === 0) throw new AccessError('FORBIDDEN', 'The token carries no role of this gateway');
    const app = text(claims.azp) ?? text(claims.appid);
    const objectId = text(claims.oid);
    const subject = objectId ?? text(claims.sub) ?? app;
    if (subject === undefined) throw new AccessError('UNAUTHENTICATED', 'The token does not say whose it is');
    return callerWith(
      {
        id: `${kind}:${settings.tenantId}:${subject}`,
        name:
          text(claims.preferred_username) ??
          text(claims.upn) ??
          text(claims.name) ??
          text(claims.app_displayname) ??
          app ??
          subject,
        kind,
        ...(claims.exp === undefined ? {} : { expiresAtMs: claims.exp * 1000 }),
        ...(kind === 'user'
          ? { token: callerTokenOf(token), person: personOfUser(settings.tenantId, objectId, userNamesOf(claims)) }
          : {}),
      },
      grantsOf(roles, table),
    );
  };
};

/** The issuer that a token names; nothing is believed of it before the signature is checked. */
const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    throw refusal(error);
  }
};

/** Checks tokens that Entra issued for the gateway and says who sent them. Each issuer has its own keys and audiences. */
export const createEntraTokens = (entries: readonly EntraAccess[], table: RoleTable, deps: TokenDeps): ReadToken => {
  const byIssuer = new Map(
    entries.flatMap((entry) => {
      const read = createIssuer(entry, table, deps);
      return entry.issuers.map((issuer) => [issuer, read] as const);
    }),
  );
  return async (token) => {
    const read = byIssuer.get(issuerOf(token) ?? '');
    if (read === undefined) throw new AccessError('UNAUTHENTICATED', 'The token is not valid here (iss)');
    return read(token);
  };
};
