import { promisify } from 'node:util';
import { brotliDecompress, inflate, inflateRaw, unzip } from 'node:zlib';
import { MalformedAnswerError } from './shape.ts';

/** The part of an undici body that is read here. */
interface Body {
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
}

type Decoder = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

const unzipped = promisify(unzip);
const inflated = promisify(inflate);
const inflatedRaw = promisify(inflateRaw);
const unbrotlied = promisify(brotliDecompress);

const gzip: Decoder = (bytes, maxOutputLength) => unzipped(bytes, { maxOutputLength });

/** Content codings (RFC 9110, 8.4.1). Some send `deflate` without its zlib wrapper. */
const decoders: Readonly<Record<string, Decoder>> = {
  gzip,
  'x-gzip': gzip,
  deflate: (bytes, maxOutputLength) =>
    inflated(bytes, { maxOutputLength }).catch(() => inflatedRaw(bytes, { maxOutputLength })),
  br: (bytes, maxOutputLength) => unbrotlied(bytes, { maxOutputLength }),
};

const charsetForm = /charset\s*=\s*["']?([\w.:-]+)/i;

/** The charset that is named, where that is one; else UTF-8, as JSON is (RFC 8259, 8.1). A byte order mark is left out. */
const decoded = (bytes: Uint8Array, charset: string | undefined): string => {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

/**
 * The body of an answer as text. The gateway asks for no content coding, which allows every one (RFC 9110, 12.5.3); a proxy
 * may send one all the same. Throws a `MalformedAnswerError` when it cannot be undone, or grows beyond `maxBytes`.
 */
export const bodyText = async (
  body: Body,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<string> => {
  const codings = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const [, charset] = charsetForm.exec(headers['content-type'] ?? '') ?? [];
  if (codings.length === 0 && (charset === undefined || /^utf-?8$/i.test(charset))) return body.text();
  let bytes = await body.bytes();
  for (const coding of codings.toReversed()) {
    const decode = decoders[coding];
    // An empty body is one in every coding, as with 204.
    if (bytes.length === 0) continue;
    if (decode === undefined) throw new MalformedAnswerError('in a known content coding');
    bytes = await decode(bytes, maxBytes).catch(() => {
      throw new MalformedAnswerError('in the content coding that it names');
    });
  }
  return decoded(bytes, charset);
};
