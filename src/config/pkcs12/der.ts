/** One value of DER (ITU-T X.690): its tag, its bytes, and the values in it. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  /** The value as a whole, tag and length included. */
  readonly bytes: Buffer;
  readonly children: () => readonly Der[];
}

/** Tags that PKCS #12 is made of. */
export const tags = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, context0: 0xa0 } as const;

/** What is no DER, or not the DER that was expected. */
export class DerError extends Error {}

const readOne = (bytes: Buffer, start: number): { readonly value: Der; readonly end: number } => {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || first === 0x80) throw new DerError('not DER');
  let length = first;
  let at = start + 2;
  if (first > 0x80) {
    const count = first & 0x7f;
    if (count > 4 || at + count > bytes.length) throw new DerError('not DER');
    length = bytes.readUIntBE(at, count);
    at += count;
  }
  const end = at + length;
  if (end > bytes.length) throw new DerError('cut short');
  const content = bytes.subarray(at, end);
  return { value: { tag, content, bytes: bytes.subarray(start, end), children: () => readAll(content) }, end };
};

const readAll = (bytes: Buffer): readonly Der[] => {
  const values: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = readOne(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
};

/** The first value of the bytes; padding after it is ignored. Throws `DerError`. */
export const readDer = (bytes: Buffer): Der => readOne(bytes, 0).value;

/** `value` if it has the tag. Throws `DerError`. */
export const expectTag = (value: Der | undefined, tag: number): Der => {
  if (value?.tag !== tag) throw new DerError('not of the expected form');
  return value;
};

/** The values of a sequence. Throws `DerError`. */
export const sequence = (value: Der | undefined): readonly Der[] => expectTag(value, tags.sequence).children();

/** An object identifier as `1.2.840...`. Throws `DerError`. */
export const oid = (value: Der | undefined): string => {
  const { content } = expectTag(value, tags.oid);
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
};

/** A small whole number. Throws `DerError`. */
export const integer = (value: Der | undefined): number => {
  const { content } = expectTag(value, tags.integer);
  if (content.length === 0 || content.length > 6) throw new DerError('a number out of range');
  return content.readUIntBE(0, content.length);
};

/** The bytes of an octet string. Throws `DerError`. */
export const octets = (value: Der | undefined): Buffer => expectTag(value, tags.octets).content;
