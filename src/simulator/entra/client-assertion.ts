import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { SimApp } from '../tenants.ts';
import { EntraError } from './errors.ts';

/** Clock difference that Entra forgives. */
const skewSeconds = 300;

export interface AssertionContext {
  readonly app: SimApp;
  readonly now: Date;
  /** Values of `aud` that mean this token endpoint. */
  readonly audiences: readonly string[];
}

const thumbprint = (certificate: X509Certificate, algorithm: 'sha1' | 'sha256'): string =>
  createHash(algorithm).update(certificate.raw).digest('base64url');

const decode = (assertion: string): { readonly header: Record<string, unknown>; readonly claims: JWTPayload } => {
  try {
    return { header: { ...decodeProtectedHeader(assertion) }, claims: decodeJwt(assertion) };
  } catch {
    throw new EntraError(700027, 'The client assertion is no signed token.');
  }
};

const checkTime = (claims: JWTPayload, now: Date): void => {
  const seconds = now.getTime() / 1000;
  const early = claims.nbf !== undefined && seconds < claims.nbf - skewSeconds;
  const late = claims.exp === undefined || seconds > claims.exp + skewSeconds;
  if (early || late) throw new EntraError(700024, 'The client assertion is not within its valid time range.');
};

const verifySignature = async (assertion: string, publicKeyPem: string, algorithms: string[]): Promise<void> => {
  try {
    await compactVerify(assertion, createPublicKey(publicKeyPem), { algorithms });
  } catch (cause) {
    throw new EntraError(
      700027,
      `The signature of the client assertion does not fit: ${cause instanceof Error ? cause.message : ''}`,
    );
  }
};

/** A token that the app signed itself with a registered certificate, named by `x5t#S256` (PS256) or `x5t` (RS256). */
const checkCertificateAssertion = async (
  assertion: string,
  { app, now, audiences }: AssertionContext,
): Promise<void> => {
  const { header, claims } = decode(assertion);
  const certificate = app.certificates
    .map((pem) => new X509Certificate(pem))
    .find((known) => header['x5t#S256'] === thumbprint(known, 'sha256') || header.x5t === thumbprint(known, 'sha1'));
  if (!certificate)
    throw new EntraError(700027, 'No registered certificate has the thumbprint of the client assertion.');
  await verifySignature(assertion, certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString(), [
    'PS256',
    'RS256',
  ]);
  checkTime(claims, now);
  if (claims.sub !== app.clientId) throw new EntraError(700027, 'The subject of the client assertion is not the app.');
  if (![claims.aud].flat().some((audience) => audience !== undefined && audiences.includes(audience))) {
    throw new EntraError(700023, 'The audience of the client assertion is not this token endpoint.');
  }
};

/** A token of another issuer that the app registered as its federated credential. */
const checkFederatedAssertion = async (assertion: string, { app, now }: AssertionContext): Promise<void> => {
  const { claims } = decode(assertion);
  const credential = app.federated?.find(({ issuer, subject }) => issuer === claims.iss && subject === claims.sub);
  if (!credential) throw new EntraError(70021, 'No federated credential of the app has this issuer and subject.');
  if (credential.publicKeyPem !== undefined) {
    await verifySignature(assertion, credential.publicKeyPem, ['RS256', 'PS256', 'ES256']);
  }
  checkTime(claims, now);
};

/** Checks a `client_assertion`: the app's own is one by certificate, any other issuer's a federated one. */
export const checkClientAssertion = async (assertion: string, context: AssertionContext): Promise<void> => {
  const own = decode(assertion).claims.iss === context.app.clientId;
  await (own ? checkCertificateAssertion(assertion, context) : checkFederatedAssertion(assertion, context));
};
