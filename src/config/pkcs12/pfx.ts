import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { TenantAccessError } from '../../errors.ts';
import { decrypt, OutdatedEncryptionError } from './decrypt.ts';
import { type Der, DerError, expectTag, octets, oid, readDer, sequence, tags } from './der.ts';

/** What a PFX file (PKCS #12, RFC 7292) holds, as PEM. */
export interface PfxContents {
  /** The certificate of the key first, the others in their order. */
  readonly certificatesPem: string;
  /** In clear, PKCS #8. */
  readonly privateKeyPem: string;
}

const ids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
} as const;

/** The value inside an explicit `[0]`. */
const inside = (value: Der | undefined): Der | undefined => expectTag(value, tags.context0).children()[0];

/** The bytes of an implicit `[0]` octet string, whole or in pieces. */
const implicitOctets = (value: Der | undefined): Buffer => {
  if (value?.tag === 0x80) return value.content;
  return Buffer.concat(expectTag(value, tags.context0).children().map(octets));
};

/** The bags of one ContentInfo. */
const bagsOf = (info: Der, passphrase: string): readonly Der[] => {
  const [type, content] = sequence(info);
  const name = oid(type);
  if (name === ids.data) return sequence(readDer(octets(inside(content))));
  if (name !== ids.encryptedData) return [];
  const [, encrypted] = sequence(inside(content));
  const [, algorithm, bytes] = sequence(encrypted);
  return sequence(readDer(decrypt(algorithm, passphrase, implicitOctets(bytes))));
};

/** The key of a bag as PKCS #8; `undefined`: the bag holds something else. */
const keyOf = (id: string, value: Der | undefined, passphrase: string): KeyObject | undefined => {
  if (id === ids.shroudedKey) {
    const [algorithm, bytes] = sequence(value);
    const key = decrypt(algorithm, passphrase, octets(bytes));
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  }
  if (id !== ids.key || value === undefined) return undefined;
  return createPrivateKey({ key: value.bytes, format: 'der', type: 'pkcs8' });
};

const read = (bytes: Buffer, passphrase: string): PfxContents => {
  const [, authSafe] = sequence(readDer(bytes));
  const [, content] = sequence(authSafe);
  const infos = sequence(readDer(octets(inside(content))));
  const certificates: X509Certificate[] = [];
  let key: KeyObject | undefined;
  for (const bag of infos.flatMap((info) => bagsOf(info, passphrase))) {
    const [type, wrapped] = sequence(bag);
    const id = oid(type);
    const value = inside(wrapped);
    key ??= keyOf(id, value, passphrase);
    if (id === ids.certificate) certificates.push(new X509Certificate(octets(inside(sequence(value)[1]))));
  }
  if (key === undefined || certificates.length === 0) throw new DerError('no key or no certificate');
  const privateKey = key;
  const leaf = certificates.filter((each) => each.checkPrivateKey(privateKey));
  const chain = certificates.filter((each) => !leaf.includes(each));
  return {
    certificatesPem: [...leaf, ...chain].map(String).join(''),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};

const unusable = (message: string, cause: unknown) =>
  new TenantAccessError('TENANT_SIGN_IN_REQUIRED', message, {}, cause);

/** Opens a PFX file. Throws a `TenantAccessError` that says what is wrong with it. */
export const readPfx = (bytes: Buffer, passphrase: string | undefined): PfxContents => {
  try {
    return read(bytes, passphrase ?? '');
  } catch (error) {
    if (error instanceof OutdatedEncryptionError) {
      throw unusable(
        'the PFX is encrypted in an outdated way: export it anew with AES-256 (openssl pkcs12 -legacy reads it)',
        error,
      );
    }
    if (error instanceof DerError)
      throw unusable('the PFX cannot be read, or holds no private key and certificate', error);
    throw unusable(
      passphrase === undefined ? 'the PFX needs its passphrase' : 'the passphrase does not open the PFX',
      error,
    );
  }
};
