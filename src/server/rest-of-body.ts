import type { IncomingMessage } from 'node:http';

/** Bytes of a body that is refused and that are read all the same, for the sake of the connection. */
const readThroughBytes = 65_536;

/** So long a client may go on sending what nobody keeps, milliseconds, and so many bytes. */
const longestMs = 3000;
const mostBytes = 64 * 1024 * 1024;

/**
 * Whether more of a body is to come than is worth reading only to throw it away: then the connection is closed instead, and nobody
 * holds it, or its memory, with a body that they do not send.
 */
export const leavesBody = ({ complete, headers }: Pick<IncomingMessage, 'complete' | 'headers'>): boolean => {
  if (complete) return false;
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > readThroughBytes;
};

/**
 * Calls `done` once the client has sent the rest of a body, gone, or sent for too long: what it sends is thrown away meanwhile. A
 * connection that is closed while bytes are under way is reset, and many clients then never read why they were refused
 * (RFC 9112, 9.6).
 */
export const afterBody = (request: IncomingMessage, done: () => void): void => {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > mostBytes) end();
  };
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', count).off('end', end).off('close', end);
    done();
  };
  const timer = setTimeout(end, longestMs).unref();
  request.on('data', count).once('end', end).once('close', end).resume();
};
