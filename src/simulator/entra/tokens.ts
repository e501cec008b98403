import { randomUUID } from 'node:crypto';
import { cloudRow } from '../clouds.ts';
import type { Directory } from '../directory.ts';
import { type SimApp, type SimTenant, type SimUser, stableGuid } from '../tenants.ts';
import type { AskedClaims } from './claims.ts';
import type { ClientProof } from './client.ts';
import { EntraError } from './errors.ts';
import { idTokenClaims, issuerV1, issuerV2, objectIdOfUser } from './id-tokens.ts';
import type { RequestedScopes, Resource } from './scopes.ts';
import type { Signer } from './signer.ts';

/** A successful answer of the token endpoint, less what user flows add. */
export interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly scope?: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly ext_expires_in: number;
  /** Seconds after which a client should renew; only for tokens of two hours and more. */
  readonly refresh_in?: number;
  readonly access_token: string;
}

/** Who asks and how the asking was done. */
export interface TokenSubject {
  readonly tenant: SimTenant;
  readonly app: SimApp;
  readonly proof: ClientProof;
  /** Login origin as clients reach it: issuer of v2 tokens. */
  readonly origin: string;
  readonly asked: AskedClaims;
}

export interface UserSubject extends TokenSubject {
  readonly user: SimUser;
  /** The user met a claims challenge (second factor). */
  readonly mfa: boolean;
}

export interface TokenIssuer {
  /** App-only token; without consented permissions it has no `roles`, but it is issued all the same. */
  app(subject: TokenSubject, resource: Resource): Promise<TokenAnswer>;
  /** User token with the granted part of the asked scopes. */
  user(subject: UserSubject, scopes: RequestedScopes): Promise<TokenAnswer>;
  idToken(subject: UserSubject, nonce: string | null): Promise<string>;
}

export interface TokenIssuerDeps {
  readonly directory: Directory;
  readonly signer: Signer;
  readonly now: () => Date;
  readonly lifetimeSeconds: number;
}

const appidacr = { none: '0', secret: '1', assertion: '2' } as const satisfies Record<ClientProof, string>;

export const objectIdOfApp = (tenant: SimTenant, app: SimApp): string =>
  stableGuid(`principal ${tenant.tenantId} ${app.clientId}`);

export const createTokenIssuer = ({ directory, signer, now, lifetimeSeconds }: TokenIssuerDeps): TokenIssuer => {
  const times = () => {
    const iat = Math.floor(now().getTime() / 1000);
    return { iat, nbf: iat, exp: iat + lifetimeSeconds };
  };

  /** Claims of the access token's version: Microsoft's own APIs take v1, an app's own API v2. */
  const envelope = ({ tenant, app, proof, origin, asked }: TokenSubject, resource: Resource) => ({
    aud: resource.audience,
    tid: tenant.tenantId,
    uti: randomUUID().replaceAll('-', ''),
    ...times(),
    ...(asked.answersChallenges ? { xms_cc: ['cp1'] } : {}),
    // Entra's own claims differ by what was asked; here the token repeats the request, for the API to compare.
    ...(Object.keys(asked.accessToken).length === 0 ? {} : { sim_asked: asked.accessToken }),
    ...(resource.kind === 'api'
      ? {
          iss: issuerV1(tenant),
          appid: app.clientId,
          appidacr: appidacr[proof],
          ver: '1.0',
        }
      : { iss: issuerV2(origin, tenant), azp: app.clientId, azpacr: appidacr[proof], ver: '2.0' }),
  });

  const answer = (accessToken: string, scope?: string): TokenAnswer => ({
    token_type: 'Bearer',
    ...(scope === undefined ? {} : { scope }),
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    ...(lifetimeSeconds >= 7200 ? { refresh_in: Math.floor(lifetimeSeconds / 2) } : {}),
    access_token: accessToken,
  });

  const person = ({ tenant, user }: UserSubject) => ({
    oid: objectIdOfUser(tenant, user),
    sub: objectIdOfUser(tenant, user),
    name: user.displayName ?? user.userPrincipalName,
  });

  const grantedScopes = ({ user }: UserSubject, { resource, names }: RequestedScopes): readonly string[] => {
    if (resource?.kind === 'app') return names.map((name) => (name === '.default' ? 'access_as_user' : name));
    const allowed = directory.delegated(user, resource?.product ?? 'graph');
    if (names.length === 0) return ['openid'];
    return names.includes('.default') ? allowed : allowed.filter((name) => names.includes(name));
  };

  return {
    async app(subject, resource) {
      const oid = objectIdOfApp(subject.tenant, subject.app);
      const roles = resource.kind === 'api' ? directory.granted(subject.app, resource.product) : [];
      return answer(
        await signer.sign({
          ...envelope(subject, resource),
          idtyp: 'app',
          oid,
          sub: oid,
          ...(roles.length > 0 ? { roles: [...roles] } : {}),
        }),
      );
    },
    async user(subject, scopes) {
      const [graphResource] = cloudRow(subject.tenant.cloud).apis.graph.audiences;
      const graph: Resource = { kind: 'api', product: 'graph', audience: graphResource };
      const resource = scopes.resource ?? graph;
      const granted = grantedScopes(subject, scopes);
      if (granted.length === 0) {
        throw new EntraError(65001, `Nobody consented to app ${subject.app.clientId} using ${resource.audience}.`);
      }
      const prefix = scopes.resource ? `${scopes.resource.audience}/` : '';
      const names =
        resource.kind === 'app'
          ? { preferred_username: subject.user.userPrincipalName }
          : { upn: subject.user.userPrincipalName };
      const token = await signer.sign({
        ...envelope(subject, resource),
        ...person(subject),
        ...names,
        idtyp: 'user',
        acr: '1',
        amr: subject.mfa ? ['pwd', 'mfa'] : ['pwd'],
        scp: granted.join(' '),
      });
      return answer(token, granted.map((name) => `${prefix}${name}`).join(' '));
    },
    idToken: (subject, nonce) =>
      signer.sign({
        ...times(),
        ...idTokenClaims('2.0', { ...subject, clientId: subject.app.clientId, nonce }),
      }),
  };
};
