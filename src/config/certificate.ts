import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { TenantAccessError } from '../errors.ts';
import { readPfx } from './pkcs12/pfx.ts';
import type { Secret } from './secret.ts';
import type { CertificateCredential } from './tenants.ts';

/** A certificate credential as the settings name it. */
export interface CertificateSource {
  /** `pem`: the leaf first, then its chain, and maybe the private key; `pfx`: key and certificates in base64. */
  readonly form: 'pem' | 'pfx';
  readonly certificate: Secret;
  /** PEM, where it is apart. */
  readonly privateKey?: Secret | undefined;
  readonly passphrase?: Secret | undefined;
  readonly sendChain: boolean;
}

const certificateBlocks = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]+?-----END (?:[A-Z]+ )*PRIVATE KEY-----/;

const unusable = (message: string, cause?: unknown) =>
  new TenantAccessError('TENANT_SIGN_IN_REQUIRED', message, {}, cause);

const readLeaf = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw unusable('the certificate cannot be read', error);
  }
};

/** Decrypts here because MSAL takes no passphrase. */
const readKey = (pem: string, passphrase: string | undefined): KeyObject => {
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch (error) {
    if (!pem.includes('ENCRYPTED')) throw unusable('the private key cannot be read', error);
    throw unusable(
      passphrase === undefined
        ? 'the private key is encrypted: give its passphrase'
        : 'the passphrase does not open the private key',
      error,
    );
  }
};

/** Reads and joins the parts of the credential; a `TenantAccessError` says which part is unusable. */
const readCredential = (
  certificateText: string,
  keyText: string,
  passphrase: string | undefined,
  sendChain: boolean,
): CertificateCredential => {
  const blocks = certificateText.match(certificateBlocks);
  const [leafPem] = blocks ?? [];
  if (blocks === null || leafPem === undefined) throw unusable('there is no PEM certificate in it');
  const keyPem = keyText.match(keyBlock)?.[0];
  if (keyPem === undefined) throw unusable('there is no PEM private key: give privateKey or privateKeyFile');
  const leaf = readLeaf(leafPem);
  const key = readKey(keyPem, passphrase);
  if (!leaf.checkPrivateKey(key)) throw unusable('the private key does not belong to the certificate');
  return Object.freeze({
    certificatePem: `${blocks.join('\n')}\n`,
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sendChain,
  });
};

/** PFX and PEM alike as PEM; a PFX is decrypted here, so that its key needs no passphrase any more. */
const asPem = async (
  form: CertificateSource['form'],
  certificate: string,
  key: string,
  passphrase: string | undefined,
) => {
  if (form === 'pem') return { certificate, key, passphrase };
  const { certificatesPem, privateKeyPem } = await readPfx(Buffer.from(certificate, 'base64'), passphrase);
  return { certificate: certificatesPem, key: privateKeyPem, passphrase: undefined };
};

/** A function that gives the credential as it is now; parsed anew only when one of its parts changed. */
export const certificateReader = (source: CertificateSource): (() => Promise<CertificateCredential>) => {
  let last:
    | { readonly texts: readonly (string | undefined)[]; readonly credential: Promise<CertificateCredential> }
    | undefined;
  const parsed = async (...texts: Parameters<typeof asPem>): Promise<CertificateCredential> => {
    const pem = await asPem(...texts);
    return readCredential(pem.certificate, pem.key, pem.passphrase, source.sendChain);
  };
  return async () => {
    const certificate = await source.certificate.reveal();
    const key = (await source.privateKey?.reveal()) ?? certificate;
    const passphrase = await source.passphrase?.reveal();
    const texts = [certificate, key, passphrase];
    if (last === undefined || texts.some((text, index) => text !== last?.texts[index])) {
      // Before it is waited for: all who come meanwhile have the same. One that is not readable is tried anew.
      const now = { texts, credential: parsed(source.form, certificate, key, passphrase) };
      last = now;
      now.credential.catch(() => {
        if (last === now) last = undefined;
      });
    }
    return last.credential;
  };
};
