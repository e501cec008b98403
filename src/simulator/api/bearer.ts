import { errors, type JWTPayload } from 'jose';
import { type ApiProduct, cloudRow, productOfAudience, simCloudNames } from '../clouds.ts';
import type { Directory } from '../directory.ts';
import { meetsChallenge } from '../entra/claims.ts';
import type { Signer } from '../entra/signer.ts';
import type { TokenClaims } from '../http/site.ts';
import type { Principal } from '../http/types.ts';
import type { SimTenant } from '../tenants.ts';

/** What a request's bearer token turns out to be. */
export type Bearer =
  | {
      readonly kind: 'accepted';
      readonly principal: Principal;
      readonly tenant: SimTenant;
      readonly audience: string;
      readonly claims: TokenClaims;
    }
  | { readonly kind: 'refused'; readonly reason: string };

const text = (claims: JWTPayload, name: string): string => {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
};

const textList = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

const principalOf = (claims: JWTPayload): Principal => {
  const user = claims.scp !== undefined;
  return {
    kind: user ? 'user' : 'app',
    tenantId: text(claims, 'tid'),
    clientId: text(claims, 'appid'),
    permissions: user ? text(claims, 'scp').split(' ').filter(Boolean) : textList(claims.roles),
    userName: user ? text(claims, 'upn') : null,
  };
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const reasonOf = (thrown: unknown): string =>
  thrown instanceof errors.JWTExpired ? 'The access token has expired' : 'The access token cannot be validated';

/** Reads `Authorization: Bearer`: signature by our own key, time by the simulator's clock, tenant known. */
export const readBearer = async (header: string | undefined, signer: Signer, directory: Directory): Promise<Bearer> => {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) return { kind: 'refused', reason: 'Access token is empty' };
  try {
    const claims = await signer.verify(token);
    const principal = principalOf(claims);
    const tenant = directory.byId(principal.tenantId);
    if (!tenant) return { kind: 'refused', reason: 'The tenant of the access token is not known' };
    return {
      kind: 'accepted',
      principal,
      tenant,
      audience: text({ audience: claims.aud }, 'audience'),
      claims: {
        answersChallenges: textList(claims.xms_cc).includes('cp1'),
        meets: (challenge) => meetsChallenge(recordOf(claims.sim_asked), challenge),
      },
    };
  } catch (thrown) {
    return { kind: 'refused', reason: reasonOf(thrown) };
  }
};

/** True when a product at a real origin takes tokens with this audience from a tenant of this national cloud. */
export const audienceFits = (origin: string, product: ApiProduct, audience: string, tenant: SimTenant): boolean =>
  simCloudNames.some(
    (cloud) =>
      cloudRow(cloud).apis[product].origins.includes(origin) &&
      cloudRow(cloud).login[0] === cloudRow(tenant.cloud).login[0] &&
      productOfAudience(cloud, audience) === product,
  );
