import type { IncomingMessage } from 'node:http';

/** A request as read from the wire, whole. */
export interface Incoming {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Percent-encoded path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** A body is longer than any documented upload (a library file has at most 20 MB). */
export class BodyTooLargeError extends Error {}

const maxBodyBytes = 32 * 1024 * 1024;

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > maxBodyBytes) throw new BodyTooLargeError(`More than ${maxBodyBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

/** The parts of a request made in memory, such as a part of a `$batch`. */
export const incomingOf = (
  method: string,
  url: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
): Incoming => {
  const [path = '/', ...query] = url.split('?');
  return { method: method.toUpperCase(), url, path, query: new URLSearchParams(query.join('?')), headers, body };
};

/** Reads a request to its end; a header sent more than once is joined by commas. */
export const readIncoming = async (message: IncomingMessage): Promise<Incoming> => {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return incomingOf(message.method ?? 'GET', message.url ?? '/', headers, await readBody(message));
};

/** `application/json; charset=utf-8` → `application/json`. */
export const mediaType = ({ headers }: Pick<Incoming, 'headers'>): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
