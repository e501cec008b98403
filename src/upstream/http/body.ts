import { promisify } from 'node:util';
import { brotliDecompress, inflate, inflateRaw, unzip } from 'node:zlib';
import { textOfUtf8 } from '../utf8.ts';
import type { BodyReader } from './body-reader.ts';
import { type LargeAnswer, type LargeAnswers, largeFromBytes } from './large-answers.ts';
import { MalformedAnswerError } from './shape.ts';

/** How much of an answer is taken, and who is told. */
export interface BodyLimits {
  /** Bytes, decoded ones too. */
  readonly maxBytes: number;
  /** Told of what has come, and of what it has become; throws to end it. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whose answer it is: a large one has its room until the request is released. */
  readonly request?: object | undefined;
  /** Reads it while it comes: then no more than its beginning is kept. */
  readonly reader?: Pick<BodyReader, 'write'> | undefined;
}

/** An answer is larger than one of its kind may be (`limits.answerBytes`, `limits.huntingAnswerBytes`). */
export class OversizedAnswerError extends Error {
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`The answer is larger than ${maxBytes} bytes`);
    this.name = 'OversizedAnswerError';
    this.maxBytes = maxBytes;
  }
}

type Decoder = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

const unzipped = promisify(unzip);
const inflated = promisify(inflate);
const inflatedRaw = promisify(inflateRaw);
const unbrotlied = promisify(brotliDecompress);

const gzip: Decoder = (bytes, maxOutputLength) => unzipped(bytes, { maxOutputLength });

/** Whether an answer grew beyond its bound while it was unpacked. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

/** Content codings (RFC 9110, 8.4.1). Some send `deflate` without its zlib wrapper. */
const decoders: Readonly<Record<string, Decoder>> = {
  gzip,
  'x-gzip': gzip,
  deflate: (bytes, maxOutputLength) =>
    inflated(bytes, { maxOutputLength }).catch((error: unknown) => {
      if (isTooLarge(error)) throw error;
      return inflatedRaw(bytes, { maxOutputLength });
    }),
  br: (bytes, maxOutputLength) => unbrotlied(bytes, { maxOutputLength }),
};

const isUtf8 = (charset: string | undefined): boolean => charset === undefined || /^utf-?8$/i.test(charset);

const charsetForm = /charset\s*=\s*["']?([\w.:-]+)/i;

/** The charset that is named, where that is one; else UTF-8, as JSON is (RFC 8259, 8.1). A byte order mark is left out. */
const decoded = (bytes: Uint8Array, charset: string | undefined): string => {
  if (isUtf8(charset)) return textOfUtf8(bytes);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return textOfUtf8(bytes);
  }
};

/** The length that an answer says it has; `null`: it says none, or one of packed bytes. */
const announced = (headers: Readonly<Record<string, string>>): number | null => {
  const length = headers['content-length'];
  return length === undefined || headers['content-encoding'] !== undefined ? null : Number(length);
};

/** A body, in the charset that it names. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly charset: string | undefined;
}

const beginningBytes = 512;

/** As text. */
export const textOf = ({ bytes, charset }: Body): string => decoded(bytes, charset);

/** In UTF-8. */
export const utf8Of = ({ bytes, charset }: Body): Buffer =>
  isUtf8(charset)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(decoded(bytes, charset));

/** The beginning of one, which tells what it is. */
export const beginningOf = ({ bytes, charset }: Body): string => decoded(bytes.subarray(0, beginningBytes), charset);

/** The content codings that an answer names, in the order in which they were put on. */
const codingsOf = (named: string | undefined): readonly string[] =>
  named === undefined
    ? []
    : named
        .toLowerCase()
        .split(',')
        .map((coding) => coding.trim())
        .filter((coding) => coding !== '' && coding !== 'identity');

/** Reads the body of one answer as it comes. All of it may throw an `OversizedAnswerError`, and what `onBytes` throws. */
export interface BodyCollector {
  /** A promise: no more is to come before it is settled. */
  take(chunk: Uint8Array): Promise<void> | undefined;
  /** All has come. Rejects with a `MalformedAnswerError` when a content coding cannot be undone. */
  end(): Body | Promise<Body>;
  /** No more will come. */
  giveUp(): void;
}

/**
 * The body of an answer with these headers, of which no more than `maxBytes` are ever in memory; a large one waits for room among
 * the others. The gateway asks for no content coding, which allows every one (RFC 9110, 12.5.3); a proxy may send one all the same.
 * Throws an `OversizedAnswerError` when the headers say that it is one.
 */
export const createBodyCollector = (
  headers: Readonly<Record<string, string>>,
  large: LargeAnswers,
  { maxBytes, onBytes, signal, request, reader }: BodyLimits,
): BodyCollector => {
  const length = announced(headers);
  if (length !== null && length > maxBytes) throw new OversizedAnswerError(maxBytes);
  const codings = codingsOf(headers['content-encoding']);
  const charset = charsetForm.exec(headers['content-type'] ?? '')?.[1];
  const readAsItComes = codings.length === 0 && isUtf8(charset) ? reader : undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let room: LargeAnswer | undefined;

  const grown = (bytes: number): Promise<void> | undefined => {
    room ??= large.begin(request);
    return room.grow(bytes, signal);
  };

  const unpacked = async (packed: Uint8Array): Promise<Body> => {
    let bytes = packed;
    for (const coding of codings.toReversed()) {
      const decode = decoders[coding];
      // An empty body is one in every coding, as with 204.
      if (bytes.length === 0) continue;
      if (decode === undefined) throw new MalformedAnswerError('in a known content coding');
      const before = bytes.length;
      bytes = await decode(bytes, maxBytes).catch((error: unknown) => {
        throw isTooLarge(error)
          ? new OversizedAnswerError(maxBytes)
          : new MalformedAnswerError('in the content coding that it names');
      });
      onBytes?.(Math.max(0, bytes.length - before));
      if (bytes.length > largeFromBytes) await grown(bytes.length);
    }
    await reader?.write(utf8Of({ bytes, charset }));
    room?.end(true);
    return { bytes, charset };
  };

  return {
    take: (chunk) => {
      size += chunk.length;
      if (size > maxBytes) throw new OversizedAnswerError(maxBytes);
      onBytes?.(chunk.length);
      if (readAsItComes === undefined || size - chunk.length < beginningBytes) chunks.push(chunk);
      const waits = size > largeFromBytes ? grown(chunk.length) : undefined;
      if (readAsItComes === undefined) return waits;
      return waits === undefined ? readAsItComes.write(chunk) : waits.then(() => readAsItComes.write(chunk));
    },
    end: () => {
      const [only] = chunks;
      const bytes = only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
      chunks.length = 0;
      if (codings.length > 0 || reader !== readAsItComes) return unpacked(bytes);
      room?.end(true);
      return { bytes, charset };
    },
    giveUp: () => room?.end(false),
  };
};
