import { generateKeyPairSync } from 'node:crypto';
import { issueCertificate } from './certificate.ts';

/** What an HTTPS listener of the simulator needs, and what its clients must trust. All are PEM. */
export interface TlsMaterial {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const dayMs = 86_400_000;
const authorityName = 'Defender Gateway simulator CA';

/**
 * A new private CA and one server certificate for `names`, made in a few milliseconds (EC P-256). The CA's key is thrown
 * away. Validity follows the real clock, as that is what TLS clients look at, and spans a year.
 */
export const createTlsMaterial = (names: readonly string[]): TlsMaterial => {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: authorityName, ...authority };
  const validity = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + 365 * dayMs) };
  const caPem = issueCertificate({
    ...validity,
    subject: authorityName,
    publicKey: authority.publicKey,
    issuer,
    use: { kind: 'authority' },
  });
  const certificatePem = issueCertificate({
    ...validity,
    subject: names[0] ?? 'localhost',
    publicKey: server.publicKey,
    issuer,
    use: { kind: 'server', names },
  });
  return {
    caPem,
    certificatePem,
    privateKeyPem: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
