/** Bytes that are made while they are sent, so that no more than a chunk of them is ever held. */
export interface Streamed {
  readonly byteLength: number;
  chunks(): Iterable<Buffer>;
}

/** Bytes, in memory or made while they are sent. */
export type Content = Buffer | Streamed;

/** Whether a body is made while it is sent. */
export const isStreamed = (body: unknown): body is Streamed =>
  typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && 'byteLength' in body && 'chunks' in body;

/** The bytes of a content, piece by piece. */
export const chunksOf = (content: Content): Iterable<Buffer> =>
  Buffer.isBuffer(content) ? [content] : content.chunks();

/** `block` over and over, until there are `byteLength` bytes. */
export const repeated = (block: Buffer, byteLength: number): Streamed => ({
  byteLength,
  *chunks() {
    for (let left = byteLength; left > 0; left -= block.length)
      yield left < block.length ? block.subarray(0, left) : block;
  },
});
