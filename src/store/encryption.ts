import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes of an AES-256 key. */
export const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** Version of the sealed form; a later one gets its own prefix. */
const prefix = 'v1.';

/** Seals text so that it opens only with the same key and in the same place. */
export interface Encryption {
  /** `place` is bound to the text: a sealed value copied to another key does not open there. */
  seal(text: string, place: string): string;
  /** The text, or `undefined` when the key is another or the value was changed. */
  open(sealed: string, place: string): string | undefined;
}

/** AES-256-GCM with a random IV for each value. */
export const createEncryption = (key: Uint8Array): Encryption => ({
  seal: (text, place) => {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return prefix + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
  },
  open: (sealed, place) => {
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64');
    if (!sealed.startsWith(prefix) || bytes.length < ivBytes + tagBytes) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      // `final` throws for any mismatch of key, place, tag or text, and for nothing else.
      return undefined;
    }
  },
});
