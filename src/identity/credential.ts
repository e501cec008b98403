import { createHash, X509Certificate } from 'node:crypto';
import type { NodeAuthOptions } from '@azure/msal-node';
import type { TenantAuth } from '../config/tenants.ts';

/** A credential as it is now, in MSAL's form, with a fingerprint that changes when the credential does. */
export interface Credential {
  readonly fingerprint: string;
  readonly options: Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate'>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads the credential. Rejects with a `TenantAccessError` when a rotated certificate is unusable. */
export const readCredential = async (auth: TenantAuth): Promise<Credential> => {
  if (auth.kind === 'secret') {
    const clientSecret = await auth.clientSecret();
    return { fingerprint: sha256(`secret:${clientSecret}`), options: { clientSecret } };
  }
  const { certificatePem, privateKeyPem, sendChain } = await auth.certificate();
  // MSAL takes the digits without colons; with them it signs a broken header without a word.
  const thumbprintSha256 = new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '');
  return {
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
