import { createHash, X509Certificate } from 'node:crypto';
import type { NodeAuthOptions } from '@azure/msal-node';
import type { AppAuth, CertificateCredential, FederatedAssertion, TenantAuth } from '../config/tenants.ts';

/** A credential as it is now, in MSAL's form, with a fingerprint that changes when the credential does. */
export interface Credential {
  readonly fingerprint: string;
  /** A hash of what is shown to Entra, where that changes while the credential stays the same. */
  readonly proof?: () => Promise<string>;
  readonly options: Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate' | 'clientAssertion'>;
  /** Of a certificate, as it was read. */
  readonly certificate?: CertificateCredential;
}

/** Gets the foreign token of workload identity federation; rejects with one of our errors. */
export type ReadAssertion = (assertion: FederatedAssertion) => Promise<string>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const isSame = (one: CertificateCredential, other: CertificateCredential): boolean =>
  one.certificatePem === other.certificatePem &&
  one.privateKeyPem === other.privateKeyPem &&
  one.sendChain === other.sendChain;

/**
 * Reads the credential. `known`, what was made of the same setting before, is given again while it has not changed. Rejects with
 * a `TenantAccessError` when a rotated certificate is unusable.
 */
export const readCredential = async (
  auth: AppAuth,
  readAssertion: ReadAssertion,
  known?: Credential,
): Promise<Credential> => {
  if (auth.kind === 'secret') {
    const clientSecret = await auth.clientSecret();
    if (known?.options.clientSecret === clientSecret) return known;
    return { fingerprint: sha256(`secret:${clientSecret}`), options: { clientSecret } };
  }
  if (auth.kind === 'federated') {
    const { assertion } = auth;
    const source = assertion.kind === 'tokenFile' ? 'file' : `identity:${assertion.clientId ?? ''}`;
    // MSAL calls for it each time that it needs one: a token that was replaced is the same credential.
    return {
      fingerprint: `federated:${source}`,
      proof: async () => sha256(await readAssertion(assertion)),
      options: { clientAssertion: () => readAssertion(assertion) },
    };
  }
  const certificate = await auth.certificate();
  if (known?.certificate !== undefined && isSame(known.certificate, certificate)) return known;
  const { certificatePem, privateKeyPem, sendChain } = certificate;
  // MSAL takes the digits without colons; with them it signs a broken header without a word.
  const thumbprintSha256 = new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '');
  return {
    certificate,
    fingerprint: sha256(`certificate:${certificatePem}${privateKeyPem}${sendChain}`),
    options: {
      clientCertificate: {
        thumbprintSha256,
        privateKey: privateKeyPem,
        ...(sendChain ? { x5c: certificatePem } : {}),
      },
    },
  };
};

/**
 * When the credential ends, in epoch milliseconds; `null` where that cannot be seen: a secret tells only when it is kept in
 * Key Vault with an expiry date. Rejects as `readCredential` does.
 */
export const credentialEnd = async (auth: TenantAuth): Promise<number | null> => {
  switch (auth.kind) {
    case 'onBehalfOf':
      return credentialEnd(auth.app);
    case 'secret':
      await auth.clientSecret();
      return auth.clientSecretEnd?.() ?? null;
    case 'certificate':
      return Date.parse(new X509Certificate((await auth.certificate()).certificatePem).validTo);
    default:
      return null;
  }
};
