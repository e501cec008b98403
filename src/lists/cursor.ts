import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type ApiName, apiNames } from '../clouds/endpoints.ts';
import { InputError } from '../errors.ts';

/** Where a tenant's list stands. */
export interface TenantPlace {
  readonly api: ApiName;
  /** Offset of the page that is being read, and its `$top`. */
  readonly skip: number;
  readonly top: number;
  /** Rows of that page already given. */
  readonly taken: number;
  /** The newest time of the list's first page: later rows stay out, so that places do not shift. */
  readonly notAfter?: string;
}

/** What a cursor holds: each tenant's place (`null`: read to its end), or an offset in an order of the gateway's own. */
export type Places =
  | { readonly kind: 'tenants'; readonly tenants: Readonly<Record<string, TenantPlace | null>> }
  | { readonly kind: 'offset'; readonly offset: number };

/**
 * Cursors are versioned, authenticated and encrypted; they hold for one question of one caller's scope only. Encrypted, since
 * an offset in Microsoft's list tells how many rows lie between two that the caller sees.
 */
export interface Cursors {
  encode(places: Places, question: string): string;
  /** Throws `BAD_USER_INPUT` for anything that `encode` did not make for this very question. */
  decode(cursor: string, question: string): Places;
}

const version = 'v1';

/** What makes two questions the same list: its name, the tenants, filter and order, and what the caller may see. */
export const questionOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);

/** Bytes of a signature, which is also the start of the cipher's counter. */
const signatureBytes = 16;

/** The bytes of text in base64url, or none: base64 has several spellings of the same bytes, and only ours is genuine. */
const bytesOf = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : Buffer.alloc(0);
};

/**
 * `key`: the same in every replica, so that they read each other's cursors. The signature is over the clear text and is the
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
      const clear = Buffer.from(JSON.stringify(places));
      const signature = sign(question, clear);
      const cipher = createCipheriv('aes-256-ctr', sealing, signature);
      const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
      return [version, question, sealed.toString('base64url'), signature.toString('base64url')].join('.');
    },
    decode: (cursor, question) => {
      const [cursorVersion, cursorQuestion = '', sealed = '', signed = '', ...more] = cursor.split('.');
      const signature = bytesOf(signed);
      if (cursorVersion !== version || more.length > 0 || signature.length !== signatureBytes) throw malformed();
      const decipher = createDecipheriv('aes-256-ctr', sealing, signature);
      const clear = Buffer.concat([decipher.update(bytesOf(sealed)), decipher.final()]);
      if (!timingSafeEqual(sign(cursorQuestion, clear), signature)) throw malformed();
      if (cursorQuestion !== question) {
        throw new InputError('after: the cursor belongs to another list, filter, order or caller', { field: 'after' });
      }
      return readPlaces(JSON.parse(clear.toString('utf8')));
    },
  };
};

const malformed = (): InputError => new InputError('after: not a cursor of this gateway', { field: 'after' });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const readPlaces = (value: unknown): Places => {
  if (!isObject(value)) throw malformed();
  if (value.kind === 'offset' && typeof value.offset === 'number') return { kind: 'offset', offset: value.offset };
  if (value.kind !== 'tenants' || !isObject(value.tenants)) throw malformed();
  const tenants: Record<string, TenantPlace | null> = {};
  for (const [name, place] of Object.entries(value.tenants)) tenants[name] = place === null ? null : readPlace(place);
  return { kind: 'tenants', tenants };
};

const readPlace = (value: unknown): TenantPlace => {
  if (!isObject(value)) throw malformed();
  const { api, skip, top, taken, notAfter } = value;
  const known = apiNames.find((name) => name === api);
  if (known === undefined || typeof skip !== 'number' || typeof top !== 'number' || typeof taken !== 'number')
    throw malformed();
  return { api: known, skip, top, taken, ...(typeof notAfter === 'string' ? { notAfter } : {}) };
};
