import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Der, octets, oid, sequence } from './der.ts';
import { deriveKey, type HashName, type Rounds } from './derive.ts';

/** Nothing vouches for the file, or in a way that is not known here. */
export class NoMacError extends Error {}

/** The MAC is another one: the passphrase is wrong, or the file was changed. */
class WrongMacError extends Error {}

/** Digests of a MAC (RFC 7292, 4; RFC 8017, B.1). */
const digests: Readonly<Record<string, { readonly hash: HashName; readonly bytes: number }>> = {
  '1.3.14.3.2.26': { hash: 'sha1', bytes: 20 },
  '2.16.840.1.101.3.4.2.1': { hash: 'sha256', bytes: 32 },
  '2.16.840.1.101.3.4.2.2': { hash: 'sha384', bytes: 48 },
  '2.16.840.1.101.3.4.2.3': { hash: 'sha512', bytes: 64 },
};

/**
 * Checks the MAC over what a PFX holds (RFC 7292, 4 and 5.1), before anything of it is opened. Rejects with a `NoMacError`, or
 * with another error when passphrase and contents do not fit.
 */
export const checkMac = async (
  macData: Der | undefined,
  contents: Buffer,
  passphrase: string,
  rounds: Rounds,
): Promise<void> => {
  if (macData === undefined) throw new NoMacError('no MAC');
  const [digestInfo, saltValue, count] = sequence(macData);
  const [algorithm, told] = sequence(digestInfo);
  const kind = digests[oid(sequence(algorithm)[0])];
  if (kind === undefined) throw new NoMacError('an unknown kind of MAC');
  const salt = octets(saltValue);
  // Of an empty passphrase some tools take the final zero, others nothing.
  for (const secret of passphrase === '' ? ['', null] : [passphrase]) {
    const iterations = count === undefined ? 1 : rounds.take(count);
    const key = await deriveKey({ ...kind, purpose: 'mac', passphrase: secret, salt, iterations });
    const mac = createHmac(kind.hash, key).update(contents).digest();
    const wanted = octets(told);
    if (mac.length === wanted.length && timingSafeEqual(mac, wanted)) return;
  }
  throw new WrongMacError('another MAC');
};
