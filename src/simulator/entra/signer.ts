import { exportJWK, generateKeyPair, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';

/** The signing key behind every token of the simulator. */
export interface Signer {
  /** Public keys in the form of `/discovery/v2.0/keys`. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** An RS256 token with exactly these claims. */
  sign(claims: JWTPayload): Promise<string>;
  /** The claims of a token that this key signed and that is in its time (no tolerance); rejects otherwise. */
  verify(token: string): Promise<JWTPayload>;
}

const keyId = 'simulator-signing-key';

export const createSigner = async (now: () => Date): Promise<Signer> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  return {
    jwks: { keys: [{ ...jwk, kid: keyId, x5t: keyId, use: 'sig', alg: 'RS256' }] },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: keyId, x5t: keyId }).sign(privateKey),
    verify: async (token) => (await jwtVerify(token, publicKey, { algorithms: ['RS256'], currentDate: now() })).payload,
  };
};
