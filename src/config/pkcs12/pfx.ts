import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { TenantAccessError } from '../../errors.ts';
import { decrypt, OutdatedEncryptionError } from './decrypt.ts';
import { type Der, DerError, expectTag, octets, oid, readDer, sequence, tags } from './der.ts';
import { createRounds, type Rounds, TooManyRoundsError } from './derive.ts';
import { checkMac, NoMacError } from './mac.ts';

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
const bagsOf = async (info: Der, passphrase: string, rounds: Rounds): Promise<readonly Der[]> => {
  const [type, content] = sequence(info);
  const name = oid(type);
  if (name === ids.data) return sequence(readDer(octets(inside(content))));
  if (name !== ids.encryptedData) return [];
  const [, encrypted] = sequence(inside(content));
  const [, algorithm, bytes] = sequence(encrypted);
  return sequence(readDer(await decrypt(algorithm, passphrase, implicitOctets(bytes), rounds)));
};

/** The key of a bag as PKCS #8; `undefined`: the bag holds something else. */
const keyOf = async (
  id: string,
  value: Der | undefined,
  passphrase: string,
  rounds: Rounds,
): Promise<KeyObject | undefined> => {
  if (id === ids.shroudedKey) {
    const [algorithm, bytes] = sequence(value);
    const key = await decrypt(algorithm, passphrase, octets(bytes), rounds);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  }
  if (id !== ids.key || value === undefined) return undefined;
  return createPrivateKey({ key: value.bytes, format: 'der', type: 'pkcs8' });
};

const read = async (bytes: Buffer, passphrase: string): Promise<PfxContents> => {
  const [, authSafe, macData] = sequence(readDer(bytes));
  const [, content] = sequence(authSafe);
  const safe = octets(inside(content));
  const rounds = createRounds();
  await checkMac(macData, safe, passphrase, rounds);
  const infos = sequence(readDer(safe));
  const certificates: X509Certificate[] = [];
  let key: KeyObject | undefined;
  const bags: Der[] = [];
  for (const info of infos) bags.push(...(await bagsOf(info, passphrase, rounds)));
  for (const bag of bags) {
    const [type, wrapped] = sequence(bag);
    const id = oid(type);
    const value = inside(wrapped);
    key ??= await keyOf(id, value, passphrase, rounds);
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

/** What is wrong with a PFX that cannot be opened. */
const problemOf = (error: unknown, passphrase: string | undefined): string => {
  if (error instanceof OutdatedEncryptionError)
    return 'the PFX is encrypted in an outdated way: export it anew with AES-256 (openssl pkcs12 -legacy reads it)';
  if (error instanceof TooManyRoundsError)
    return 'the PFX asks for more rounds of key derivation than any tool writes: export it anew';
  if (error instanceof NoMacError)
    return 'the PFX has no MAC by a passphrase that is known here, so that nobody can tell whether it was changed: export it anew';
  if (error instanceof DerError) return 'the PFX cannot be read, or holds no private key and certificate';
  return passphrase === undefined
    ? 'the PFX needs its passphrase'
    : 'the passphrase does not open the PFX, or the PFX was changed since it was made';
};

/** Opens a PFX file, whose MAC has to be right. Rejects with a `TenantAccessError` that says what is wrong with it. */
export const readPfx = async (bytes: Buffer, passphrase: string | undefined): Promise<PfxContents> => {
  try {
    return await read(bytes, passphrase ?? '');
  } catch (error) {
    throw unusable(problemOf(error, passphrase), error);
  }
};
