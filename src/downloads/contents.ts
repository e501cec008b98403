import { createHash } from 'node:crypto';

/** What is told of the bytes of a file. */
export interface FileFacts {
  /** Bytes. */
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** The facts of a file, and its bytes where they are few enough. */
export interface FileContents extends FileFacts {
  /** Null above `keepBytes`. */
  readonly bytes: Buffer | null;
}

/**
 * Reads chunks to their end; of the bytes no more than `keepBytes` are held at any time. Throws a `RangeError` for more than
 * `maxBytes`.
 */
export const readContents = async (
  chunks: AsyncIterable<Buffer>,
  { keepBytes, maxBytes }: { readonly keepBytes: number; readonly maxBytes: number },
): Promise<FileContents> => {
  const hash = createHash('sha256');
  let kept: Buffer[] | null = keepBytes > 0 ? [] : null;
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw new RangeError(`More than ${maxBytes} bytes`);
    hash.update(chunk);
    if (size > keepBytes) kept = null;
    kept?.push(chunk);
  }
  return { size, sha256: hash.digest('hex'), bytes: kept === null ? null : Buffer.concat(kept) };
};
