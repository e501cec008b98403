import type { Clock } from '../clock.ts';
import type { EntraHttp } from '../clouds/entra-http.ts';
import type { AccessConfig } from '../config/access.ts';
import { AccessError } from '../errors.ts';
import type { Log } from '../log.ts';
import { madeOnce } from '../made-once.ts';
import type { Soon } from '../soon.ts';
import { createApiKeys } from './api-keys.ts';
import { type Caller, callerWith } from './caller.ts';
import type { SigningKeys } from './entra-tokens.ts';
import { grantsOf } from './grants.ts';

/** The headers that say who calls. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly 'x-api-key'?: string | undefined;
}

/** Finds out who calls. */
export interface Authenticator {
  /**
   * The caller: at once, where nobody has to be asked. Throws or rejects with `UNAUTHENTICATED` when the credential is missing or wrong (a wrong one never becomes
   * anonymous), `FORBIDDEN` when a good token carries no role, `UPSTREAM_UNAVAILABLE` when signing keys cannot be read.
   */
  authenticate(headers: CredentialHeaders): Soon<Caller>;
}

/** By which time credentials end, and how signing keys are fetched. */
export interface AuthenticatorDeps {
  readonly clock: Clock;
  /** How Entra's signing keys are fetched; the platform's `fetch` by default. */
  readonly http?: EntraHttp | undefined;
  /** Keys that outlive the authenticator. */
  readonly signingKeys?: SigningKeys | undefined;
  readonly log?: Log | undefined;
}

/** A credential as it was sent. */
type Credential = { readonly kind: 'jwt' | 'key'; readonly value: string };

const authorizationForm = 'The authorization header must be "Bearer ..." or "ApiKey ..."';

const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const readAuthorization = (header: string): Credential => {
  const [name = ''] = header.toLowerCase().split(' ', 1);
  // A key may hold spaces.
  const value = header.slice(name.length).trim();
  if (value === '') throw new AccessError('UNAUTHENTICATED', authorizationForm);
  if (name === 'apikey') return { kind: 'key', value };
  if (name === 'bearer') return { kind: jwtForm.test(value) ? 'jwt' : 'key', value };
  throw new AccessError('UNAUTHENTICATED', authorizationForm);
};

/** `authorization` speaks when both headers are there. */
const readCredential = ({ authorization, 'x-api-key': key }: CredentialHeaders): Credential | undefined => {
  if (authorization !== undefined && authorization !== '') return readAuthorization(authorization);
  return key === undefined || key === '' ? undefined : { kind: 'key', value: key };
};

/** API keys of the settings first, since a key may have the form of a token; then tokens of Entra, where the settings have it. */
export const createAuthenticator = (config: AccessConfig, deps: AuthenticatorDeps): Authenticator => {
  const { clock } = deps;
  const { anonymous, roles } = config;
  const findKey = createApiKeys(config.apiKeys, roles, clock);
  // What reads tokens is read itself when the first one comes: a gateway may have keys alone.
  const entraTokens = madeOnce(async () =>
    (await import('./entra-tokens.ts')).createEntraTokens(config.entra, roles, deps),
  );
  const anybody =
    anonymous === null
      ? undefined
      : callerWith({ id: 'anonymous', name: 'anonymous', kind: 'anonymous' }, grantsOf([anonymous], roles));
  return {
    authenticate: (headers) => {
      const credential = readCredential(headers);
      if (credential === undefined) {
        if (anybody !== undefined) return anybody;
        throw new AccessError('UNAUTHENTICATED', 'A bearer token or an API key is needed');
      }
      // A key may happen to have the form of a token.
      const known = findKey(credential.value);
      if (known !== undefined) return known;
      if (credential.kind === 'jwt' && config.entra.length > 0) {
        return entraTokens().then((callerOf) => callerOf(credential.value));
      }
      throw new AccessError('UNAUTHENTICATED', 'The API key or token is not known here');
    },
  };
};
