import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asError, type ErrorDetails, InputError, UpstreamError } from '../errors.ts';
import type { Begun } from './with-first.ts';

/** What a file is in itself: fetched again it is the same, which costs its bytes once more. */
export class UnreadableFileError extends UpstreamError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('UPSTREAM_REJECTED', message, details);
  }
}

/** RFC 1952, 2.3.1: what every gzip member begins with. */
export const isGzip = (first: Buffer | null): boolean => first?.[0] === 0x1f && first[1] === 0x8b;

/** Deflate can make 1032 bytes of one. Logs come to 20 or 50; a file of zeros above that is to be fetched packed. */
const maxRatio = 200;
/** Bytes that are let through whatever the ratio. */
const freeBytes = 16 * 1024 * 1024;

/**
 * The chunks unpacked, at the pace of the reader. Throws `BAD_USER_INPUT` at once for what is no gzip; in the middle
 * `UPSTREAM_REJECTED` for what breaks off, and for what swells to more than 200 times of what came.
 */
export const gunzipped = ({ first, all }: Begun<Buffer>): AsyncGenerator<Buffer, void> => {
  if (!isGzip(first)) {
    throw new InputError('The file is not packed with gzip: leave unpack out', { field: 'unpack' });
  }
  return unpacked(all);
};

/** The chunks unpacked where they are packed, else as they are. */
export const plain = ({ first, all }: Begun<Buffer>): AsyncGenerator<Buffer, void> =>
  isGzip(first) ? unpacked(all) : all;

async function* unpacked(chunks: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  let packedBytes = 0;
  let bytes = 0;
  /** A fault on the way, as it was thrown: zlib's own are told apart from it. */
  let fault: unknown;
  const counted = async function* (): AsyncGenerator<Buffer, void> {
    try {
      for await (const chunk of chunks) {
        packedBytes += chunk.length;
        yield chunk;
      }
    } catch (thrown) {
      fault = thrown;
      throw thrown;
    }
  };
  const packed = Readable.from(counted(), { objectMode: false });
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const chunk of gunzip) {
      bytes += chunk.length;
      if (bytes > freeBytes && bytes > packedBytes * maxRatio) {
        throw new UnreadableFileError(
          `The file swells to more than ${maxRatio} times its packed size: fetch it packed`,
        );
      }
      yield chunk;
    }
  } catch (thrown) {
    if (fault !== undefined) throw fault;
    if (thrown instanceof UpstreamError) throw thrown;
    throw new UpstreamError('UPSTREAM_REJECTED', 'The file cannot be unpacked to its end', {}, asError(thrown));
  } finally {
    gunzip.destroy();
    packed.destroy();
  }
}
