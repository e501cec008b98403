import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GatewayError, InputError } from '../errors.ts';
import { malformed, type Places, readPlaces } from './places.ts';

/**
 * Cursors are versioned, authenticated and encrypted; they hold for one question of one caller's scope only. Encrypted, since
 * an offset in Microsoft's list, and ids of rows that were looked at, tell of rows that the caller does not see.
 */
export interface Cursors {
  /** Throws `QUERY_TOO_EXPENSIVE` when so many rows have the same time that the cursor would be longer than 64 KB. */
  encode(places: Places, question: string): string;
  /** Throws `BAD_USER_INPUT` for anything that `encode` did not make for this very question. */
  decode(cursor: string, question: string): Places;
}

const version = 'v2';

/** What makes two questions the same list: its name, the tenants, filter and order, and what the caller may see. */
export const questionOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);

/** Bytes of a signature, which is also the start of the cipher's counter. */
const signatureBytes = 16;
/** Characters of a cursor. */
const maxCursor = 65_536;
/** Bytes of places; ids repeat so much that they shrink to less than a quarter. */
const maxPlaces = 1_048_576;
/** Smaller places are not worth being made smaller. */
const worthDeflating = 500;

/** The bytes of text in base64url, or none: base64 has several spellings of the same bytes, and only ours is genuine. */
const bytesOf = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : Buffer.alloc(0);
};

const plain = 0;
const deflated = 1;

/** Places as bytes: a byte that says how they are written, then JSON, deflated when it is long. */
const pack = (places: Places): Buffer => {
  const json = Buffer.from(JSON.stringify(places));
  return json.length < worthDeflating
    ? Buffer.concat([Buffer.of(plain), json])
    : Buffer.concat([Buffer.of(deflated), deflateRawSync(json)]);
};

/** Only for bytes whose signature was checked. */
const unpack = (bytes: Buffer): Places => {
  const body = bytes.subarray(1);
  const json = bytes[0] === deflated ? inflateRawSync(body, { maxOutputLength: maxPlaces }) : body;
  return readPlaces(JSON.parse(json.toString('utf8')));
};

/**
 * `key`: the same in every replica, so that they read each other's cursors. The signature is over the clear bytes and is the
 * counter's start (RFC 5297's construction): equal places make equal cursors, others never share a key stream.
 */
export const createCursors = (key: Uint8Array): Cursors => {
  const derived = (purpose: string): Buffer => createHmac('sha256', key).update(purpose).digest();
  const signing = derived('cursor signature');
  const sealing = derived('cursor places');
  const sign = (question: string, clear: Uint8Array): Buffer =>
    createHmac('sha256', signing).update(`${version}.${question}.`).update(clear).digest().subarray(0, signatureBytes);

  return {
    encode: (places, question) => {
      const clear = pack(places);
      const signature = sign(question, clear);
      const cipher = createCipheriv('aes-256-ctr', sealing, signature);
      const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
      const cursor = [version, question, sealed.toString('base64url'), signature.toString('base64url')].join('.');
      if (cursor.length <= maxCursor) return cursor;
      throw new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        'So many rows have the same time that a cursor cannot hold their ids: ask for fewer tenants, or narrow the filter',
      );
    },
    decode: (cursor, question) => {
      if (cursor.length > maxCursor) throw malformed();
      const [cursorVersion, cursorQuestion = '', sealed = '', signed = '', ...more] = cursor.split('.');
      const signature = bytesOf(signed);
      if (cursorVersion !== version || more.length > 0 || signature.length !== signatureBytes) throw malformed();
      const decipher = createDecipheriv('aes-256-ctr', sealing, signature);
      const clear = Buffer.concat([decipher.update(bytesOf(sealed)), decipher.final()]);
      if (!timingSafeEqual(sign(cursorQuestion, clear), signature)) throw malformed();
      if (cursorQuestion !== question) {
        throw new InputError('after: the cursor belongs to another list, filter, order or caller', { field: 'after' });
      }
      return unpack(clear);
    },
  };
};
