/** The few ASN.1 types that a certificate is made of, in DER (ITU-T X.690). Each function returns a finished element. */

const length = (bytes: number): Buffer => {
  if (bytes < 0x80) return Buffer.from([bytes]);
  const octets: number[] = [];
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.from([0x80 + octets.length, ...octets]);
};

const element = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
};

export const sequence = (...items: readonly Buffer[]): Buffer => element(0x30, ...items);
export const set = (...items: readonly Buffer[]): Buffer => element(0x31, ...items);
export const octetString = (content: Buffer): Buffer => element(0x04, content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text, 'utf8'));
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
export const nullValue = (): Buffer => element(0x05);

/** A whole number from its big-endian magnitude; a zero octet keeps it positive. */
export const positiveInteger = (magnitude: Buffer): Buffer =>
  element(0x02, (magnitude[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), magnitude);

/** `unusedBits` is the number of bits at the end of the last octet that do not count. */
export const bitString = (content: Buffer, unusedBits = 0): Buffer => element(0x03, Buffer.from([unusedBits]), content);

/** `[tag]` around a finished element. */
export const explicit = (tag: number, ...content: readonly Buffer[]): Buffer => element(0xa0 + tag, ...content);

/** `[tag]` in place of the element's own tag, for primitive content. */
export const implicit = (tag: number, content: Buffer): Buffer => element(0x80 + tag, content);

/** Dotted numbers, e.g. `2.5.29.17`. */
export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift((high % 128) + 128);
    return groups;
  });
  return element(0x06, Buffer.from(octets));
};

/** A moment in the form that certificates want until 2049 (RFC 5280, 4.1.2.5.1): seconds, UTC, two digits of the year. */
export const utcTime = (moment: Date): Buffer =>
  element(0x17, Buffer.from(`${moment.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`, 'ascii'));
