import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the store's key is derived for: other purposes get other keys (HKDF). */
export const auditKeyPurpose = 'audit chain';

/** The key under which records are sealed: who can write the log but not read the key cannot make up a record. */
export interface AuditKey {
  /** 16 hex digits; tells which key it was, and nothing about it. */
  readonly id: string;
  /** HMAC-SHA256 of the text, 64 hex digits. */
  mac(text: string): string;
}

/** From 32 bytes that were derived for this purpose alone (`Store.deriveKey`). */
export const createAuditKey = (bytes: Uint8Array): AuditKey => {
  const mac = (text: string): string => createHmac('sha256', bytes).update(text).digest('hex');
  return { id: mac('key id').slice(0, 16), mac };
};

/** The text with its seal as its last member; as it is without a key. `text` is a JSON object. */
export const seal = (text: string, key: AuditKey | null): string =>
  key === null ? text : `${text.slice(0, -1)},"mac":"${key.mac(text)}"}`;

const sealed = /,"mac":"([0-9a-f]{64})"\}$/;

/** Whether the text bears a seal of this key. */
export const isSealed = (text: string, key: AuditKey): boolean => {
  const match = sealed.exec(text);
  if (match?.[1] === undefined) return false;
  const expected = key.mac(`${text.slice(0, match.index)}}`);
  return timingSafeEqual(Buffer.from(expected), Buffer.from(match[1]));
};
