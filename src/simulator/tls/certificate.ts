import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.ts';

/** What a certificate says; the subject's key may be EC P-256 or RSA, and so may the issuer's. */
export interface CertificateRequest {
  /** Common name. */
  readonly subject: string;
  readonly publicKey: KeyObject;
  /** Common name and private key of who signs; the same subject signs for itself. */
  readonly issuer: { readonly name: string; readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly use:
    | { readonly kind: 'authority' }
    | { readonly kind: 'server' /** DNS names and IP addresses. */; readonly names: readonly string[] }
    | { readonly kind: 'client' };
}

const oids = {
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  rsaWithSha256: '1.2.840.113549.1.1.11',
} as const;

/** Key usage bits of RFC 5280, 4.2.1.3: keyCertSign + cRLSign, or digitalSignature. */
const usageBits = { authority: [0x06, 1], server: [0x80, 7], client: [0x80, 7] } as const;

const signatureAlgorithm = (key: KeyObject): Buffer =>
  key.asymmetricKeyType === 'rsa'
    ? der.sequence(der.objectIdentifier(oids.rsaWithSha256), der.nullValue())
    : der.sequence(der.objectIdentifier(oids.ecdsaWithSha256));

const name = (commonName: string): Buffer =>
  der.sequence(der.set(der.sequence(der.objectIdentifier(oids.commonName), der.utf8String(commonName))));

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(spki(key)).digest();

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  der.sequence(der.objectIdentifier(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value));

const ipOctets = (address: string): Buffer => {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const words = (part: string | undefined) => (part ? part.split(':').map((word) => Number.parseInt(word, 16)) : []);
  const [left, right] = [words(head), words(tail)];
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
};

const alternativeName = (value: string): Buffer =>
  isIP(value) ? der.implicit(7, ipOctets(value)) : der.implicit(2, Buffer.from(value, 'ascii'));

const extensions = ({ use, publicKey, issuer }: CertificateRequest): Buffer => {
  const [bits, unused] = usageBits[use.kind];
  return der.sequence(
    extension(oids.basicConstraints, true, der.sequence(...(use.kind === 'authority' ? [der.boolean(true)] : []))),
    extension(oids.keyUsage, true, der.bitString(Buffer.from([bits]), unused)),
    extension(oids.subjectKeyIdentifier, false, der.octetString(keyIdentifier(publicKey))),
    extension(oids.authorityKeyIdentifier, false, der.sequence(der.implicit(0, keyIdentifier(issuer.publicKey)))),
    ...(use.kind === 'authority'
      ? []
      : [
          extension(
            oids.extendedKeyUsage,
            false,
            der.sequence(der.objectIdentifier(use.kind === 'server' ? oids.serverAuth : oids.clientAuth)),
          ),
        ]),
    ...(use.kind === 'server'
      ? [extension(oids.subjectAlternativeName, false, der.sequence(...use.names.map(alternativeName)))]
      : []),
  );
};

/** A signed X.509 v3 certificate (RFC 5280) as PEM. */
export const issueCertificate = (request: CertificateRequest): string => {
  const { issuer, subject, publicKey, notBefore, notAfter } = request;
  const algorithm = signatureAlgorithm(issuer.privateKey);
  const toBeSigned = der.sequence(
    der.explicit(0, der.positiveInteger(Buffer.from([2]))),
    der.positiveInteger(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name(issuer.name),
    der.sequence(der.utcTime(notBefore), der.utcTime(notAfter)),
    name(subject),
    spki(publicKey),
    der.explicit(3, extensions(request)),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  const base64 = der.sequence(toBeSigned, algorithm, der.bitString(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/(.{64})/g, '$1\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
};
