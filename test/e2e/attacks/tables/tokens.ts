import { createPublicKey, createSecretKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:https';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { type IdTokenSubject, idTokenClaims } from '../../../../src/simulator/entra/id-tokens.ts';
import { everything } from '../../../../src/simulator/tenants.ts';
import { type Attack, type Attacks, gql, harmless } from '../attack.ts';
import { audience, type Target } from '../target.ts';
import type { WireRequest } from '../wire.ts';

const bearing = (token: string): WireRequest => gql(harmless, {}, { authorization: `Bearer ${token}` });

const refusal = { status: 401, code: 'UNAUTHENTICATED', never: /"data":\{/ } as const;

/** A token that Entra signed, with claims that are not for this gateway. */
const claims = (changed: (target: Target) => JWTPayload): Attack => ({
  ...refusal,
  send: async (target) => bearing(await target.token(changed(target))),
});

/** What Entra says of Ana to the app that she signs in to: here the gateway's own registration, which gives her a role. */
const idToken =
  (version: '1.0' | '2.0', more: Pick<IdTokenSubject, 'nonce' | 'accessToken' | 'code'>) =>
  ({ simulator }: Target): JWTPayload => {
    const [tenant] = simulator.tenants;
    if (tenant === undefined) throw new Error('no tenant');
    const user = { userPrincipalName: 'ana@contoso.com', permissions: everything };
    const subject = { tenant, user, clientId: audience, origin: 'https://login.microsoftonline.com', roles: ['admin'] };
    return { ...idTokenClaims(version, { ...subject, ...more }), scp: undefined };
  };

/** Refused for what it is, not for what else it says. */
const signIn = (changed: (target: Target) => JWTPayload): Attack => ({
  ...claims(changed),
  says: /The token is no access token/,
});

const isKeySet = (value: unknown): value is { readonly keys: readonly (JsonWebKey & { readonly kid: string })[] } =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);

/** The public keys, as anybody may read them. */
const publicKeys = async ({ simulator }: Target) => {
  const { authority } = simulator.endpoints('contoso');
  const [tenant] = simulator.tenants;
  const request = get(`${authority}/${tenant?.tenantId}/discovery/v2.0/keys`, { ca: simulator.caPem });
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const keySet: unknown = JSON.parse(text);
  if (!isKeySet(keySet)) throw new Error('no key set');
  return keySet.keys;
};

/** What a good token says; the forger knows it all. */
const goodClaims = ({ simulator }: Target): JWTPayload => ({
  iss: `https://login.microsoftonline.com/${simulator.tenants[0]?.tenantId}/v2.0`,
  aud: audience,
  exp: Math.floor(Date.now() / 1000) + 3600,
  oid: 'oid-of-mallory',
  scp: 'access',
  roles: ['admin'],
});

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A token that is signed by anybody but Entra. */
const forged = (make: (target: Target, keyId: string) => Promise<string> | string): Attack => ({
  ...refusal,
  send: async (target) => {
    const [key] = await publicKeys(target);
    return bearing(target.keepSecret(await make(target, key?.kid ?? '')));
  },
});

const signedByStranger = (target: Target, header: Readonly<Record<string, unknown>>): Promise<string> =>
  new SignJWT(goodClaims(target)).setProtectedHeader({ alg: 'RS256', ...header }).sign(stranger.privateKey);

/** A good token, taken apart and changed. */
const changed = (
  change: (parts: { header: string; payload: string; signature: string }, target: Target) => string,
): Attack => ({
  ...refusal,
  send: async (target) => {
    const [header = '', payload = '', signature = ''] = (await target.token()).split('.');
    return bearing(target.keepSecret(change({ header, payload, signature }, target)));
  },
});

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** Tokens that are not Entra's, not for this gateway, not of this tenant, or not of this time. */
export const tokens: Attacks = {
  'a good token, to be sure': {
    send: async ({ token }) => bearing(await token()),
    status: 200,
    says: /"viewer":\{"name"/,
  },
  'alg none': forged((target) => target.keepSecret(new UnsecuredJWT(goodClaims(target)).encode())),
  'alg None, with the signature of a good token': changed(
    ({ payload, signature }) => `${encoded({ alg: 'None', typ: 'JWT' })}.${payload}.${signature}`,
  ),
  'alg HS256, with the public key as the secret': forged(async (target, kid) => {
    const [jwk] = await publicKeys(target);
    if (jwk === undefined) throw new Error('no key');
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return new SignJWT(goodClaims(target))
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(createSecretKey(Buffer.from(pem)));
  }),
  "another's key under the right key id": forged((target, kid) => signedByStranger(target, { kid })),
  'a key id that nobody has': forged((target) => signedByStranger(target, { kid: 'no-such-key' })),
  'a key id that is a path': forged((target) => signedByStranger(target, { kid: '../../../../dev/null' })),
  'no key id': forged((target) => signedByStranger(target, {})),
  'a key in its own header': forged((target) =>
    signedByStranger(target, { kid: 'mine', jwk: stranger.publicKey.export({ format: 'jwk' }) }),
  ),
  'the address of a key set in its own header': forged((target) =>
    signedByStranger(target, { kid: 'mine', jku: `http://127.0.0.1:${target.mirror.trapPort}/keys` }),
  ),
  'the address of a certificate in its own header': forged((target) =>
    signedByStranger(target, { kid: 'mine', x5u: `http://127.0.0.1:${target.mirror.trapPort}/x5u` }),
  ),
  'a critical extension that nobody knows': forged(
    (target, kid) => `${encoded({ alg: 'RS256', kid, crit: ['b64'], b64: false })}.${encoded(goodClaims(target))}.AAAA`,
  ),
  'claims that were changed after signing': changed(
    ({ header, signature }, target) => `${header}.${encoded(goodClaims(target))}.${signature}`,
  ),
  'a signature that was cut off': changed(({ header, payload }) => `${header}.${payload}.`),
  'claims that are no JSON': changed(({ header, signature }) => `${header}.bm90IGpzb24.${signature}`),
  'five parts, as if encrypted': changed(({ header, payload, signature }) => `${header}.${payload}.${signature}.AA.AA`),
  'the issuer of another tenant': claims(() => ({
    iss: 'https://login.microsoftonline.com/00000000-0000-4000-8000-0000000000ff/v2.0',
  })),
  'the issuer of another cloud': claims(({ simulator }) => ({
    iss: `https://login.microsoftonline.us/${simulator.tenants[0]?.tenantId}/v2.0`,
  })),
  'an issuer that begins like the right one': claims(({ simulator }) => ({
    iss: `https://login.microsoftonline.com/${simulator.tenants[0]?.tenantId}/v2.0.example.com`,
  })),
  'no issuer': claims(() => ({ iss: '' })),
  'the audience of Microsoft Graph': claims(() => ({ aud: 'https://graph.microsoft.com' })),
  'the audience of Defender for Endpoint': claims(() => ({ aud: 'https://api.securitycenter.microsoft.com' })),
  'an audience that begins like the right one': claims(() => ({ aud: `${audience}.example.com` })),
  'a token that has ended': claims(() => ({
    iat: secondsFromNow(-7200),
    nbf: secondsFromNow(-7200),
    exp: secondsFromNow(-3600),
  })),
  'a token of tomorrow': claims(() => ({ nbf: secondsFromNow(86_400), exp: secondsFromNow(90_000) })),
  'no role': { ...claims(() => ({ roles: [] })), status: 403, code: 'FORBIDDEN' },
  'a role named constructor': {
    ...claims(() => ({ roles: ['constructor', '__proto__', 'toString'] })),
    status: 403,
    code: 'FORBIDDEN',
  },
  'roles that are text': {
    ...claims(() => ({ roles: 'admin', scp: undefined, azp: 'an-app' })),
    status: 403,
    code: 'FORBIDDEN',
  },
  'another tenant beside the right issuer': claims(() => ({ tid: '00000000-0000-4000-8000-0000000000ff' })),
  'no tenant': claims(() => ({ tid: undefined })),
  'an ID token of v2': signIn(idToken('2.0', {})),
  'an ID token of v2 with a nonce, that names an app': signIn((target) => ({
    ...idToken('2.0', { nonce: 'n-1' })(target),
    azp: 'an-app',
  })),
  'an ID token of v2 with the hash of its access token': signIn(idToken('2.0', { accessToken: 'at', code: 'code' })),
  'an ID token of v1': signIn(idToken('1.0', {})),
  'an ID token of v1 with the hash of its code': signIn(idToken('1.0', { nonce: 'n-1', code: 'code' })),
  'a token of 15,000 letters': {
    ...claims(() => ({ filler: 'x'.repeat(11_000), aud: 'another' })),
  },
  'a token that is larger than all headers may be': {
    send: async ({ token }) => bearing(await token({ filler: 'x'.repeat(40_000) })),
    status: 431,
  },
};
