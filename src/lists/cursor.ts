import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
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

/** Cursors are opaque, versioned and authenticated; they hold for one question of one caller's scope only. */
export interface Cursors {
  encode(places: Places, question: string): string;
  /** Throws `BAD_USER_INPUT` for anything that `encode` did not make for this very question. */
  decode(cursor: string, question: string): Places;
}

const version = 'v1';

/** What makes two questions the same list: its name, the tenants, filter and order, and what the caller may see. */
export const questionOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);

/** `key`: the same in every replica, so that they read each other's cursors. */
export const createCursors = (key: Uint8Array): Cursors => {
  const sign = (payload: string): string =>
    createHmac('sha256', key).update(payload).digest().subarray(0, 16).toString('base64url');

  return {
    encode: (places, question) => {
      const payload = `${version}.${question}.${Buffer.from(JSON.stringify(places)).toString('base64url')}`;
      return `${payload}.${sign(payload)}`;
    },
    decode: (cursor, question) => {
      const split = cursor.lastIndexOf('.');
      const payload = cursor.slice(0, Math.max(0, split));
      // As text: base64 has several spellings of the same bytes, and only ours is genuine.
      const signature = Buffer.from(cursor.slice(split + 1));
      const expected = Buffer.from(sign(payload));
      const [cursorVersion, cursorQuestion, encoded] = payload.split('.');
      const genuine = signature.length === expected.length && timingSafeEqual(signature, expected);
      if (!genuine || cursorVersion !== version || encoded === undefined) throw malformed();
      if (cursorQuestion !== question) {
        throw new InputError('after: the cursor belongs to another list, filter, order or caller', { field: 'after' });
      }
      return readPlaces(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')));
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
