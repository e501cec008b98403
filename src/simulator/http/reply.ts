import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { isStreamed } from './streamed.ts';
import type { SimResponse } from './types.ts';

/** What goes out: an answer, half of one, or nothing but the end of the connection. */
export type Reply =
  | { readonly kind: 'answer'; readonly response: SimResponse }
  | { readonly kind: 'truncated'; readonly response: SimResponse }
  | { readonly kind: 'stalled'; readonly response: SimResponse }
  | { readonly kind: 'reset' };

/** JSON whose `bigint`s are numbers with all digits. */
export const jsonOf = (body: unknown): string => {
  try {
    return JSON.stringify(body);
  } catch {
    return wideJsonOf(body);
  }
};

const wideJsonOf = (body: unknown): string => {
  const marked = JSON.stringify(body, (_key, value: unknown) =>
    typeof value === 'bigint' ? `\u0000bigint ${value}` : value,
  );
  return marked.replaceAll(/"\\u0000bigint (-?\d+)"/g, '$1');
};

/** Body bytes and the content type that goes with them unless the response says another. */
export const encodeBody = (body: unknown): { readonly bytes: Buffer; readonly contentType: string | undefined } => {
  if (body === undefined) return { bytes: Buffer.alloc(0), contentType: undefined };
  if (Buffer.isBuffer(body)) return { bytes: body, contentType: 'application/octet-stream' };
  if (typeof body === 'string') return { bytes: Buffer.from(body), contentType: 'text/plain; charset=utf-8' };
  return { bytes: Buffer.from(jsonOf(body)), contentType: 'application/json; charset=utf-8' };
};

const lowerCaseNames = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Sends a reply; a truncated one announces its full length, sends half and cuts the connection; a stalled one sends no more. */
export const sendReply = (reply: Reply, to: ServerResponse): void => {
  if (reply.kind === 'reset') {
    to.socket?.destroy();
    return;
  }
  const { status, headers, body } = reply.response;
  if (reply.kind === 'answer' && isStreamed(body)) {
    to.writeHead(status, {
      'content-type': 'application/octet-stream',
      ...lowerCaseNames(headers),
      'content-length': String(body.byteLength),
    });
    Readable.from(body.chunks()).pipe(to);
    return;
  }
  const whole = isStreamed(body) ? Buffer.concat([...body.chunks()]) : body;
  const { bytes, contentType } = encodeBody(whole);
  to.writeHead(status, {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...lowerCaseNames(headers),
    ...(status === 204 ? {} : { 'content-length': String(bytes.length) }),
  });
  if (reply.kind === 'answer') {
    to.end(bytes);
    return;
  }
  to.write(bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2))), () => {
    if (reply.kind === 'truncated') to.socket?.destroy();
  });
};
