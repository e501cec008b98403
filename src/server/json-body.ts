import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { InputError } from '../errors.ts';
import type { BodyBudget, BodyShare } from './body-budget.ts';
import type { HttpRequest } from './chain.ts';
import { checkJsonSize, type JsonLimits } from './json-values.ts';

/** The header by which a request says that there is a file in its body. */
export const uploadHeader = 'x-gateway-upload';

/** What is known of bodies before they are read. */
export interface JsonBodyDeps extends JsonLimits {
  /** Whose body it is, for their share of the budget, and the bytes that it may have, unpacked. */
  readonly bodyOf: (request: HttpRequest) => { readonly caller: string; readonly bytes: number };
  readonly budget: BodyBudget;
}

/** A fault of the body, by the name under which `http-errors` has its status and words. */
const bodyFault = (type: string): Error => Object.assign(new Error(`The body is refused: ${type}`), { type });

const unpackers = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const satisfies Readonly<Record<string, () => unknown>>;

const isPacked = (encoding: string): encoding is keyof typeof unpackers => Object.hasOwn(unpackers, encoding);

/** Whether there is JSON to be read. Anything else is left to Apollo, which refuses it in its own words. */
export const isJson = (headers: IncomingHttpHeaders): boolean =>
  (headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined) &&
  /^\s*application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');

/**
 * JSON between systems is UTF-8 (https://www.rfc-editor.org/rfc/rfc8259#section-8.1). In another charset, UTF-7 above all, text
 * can hide from whoever looks at the request on its way.
 */
const checkCharset = (contentType: string): void => {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType) ?? [];
  if (!/^utf-?8$/i.test(charset)) throw bodyFault('charset.unsupported');
};

const unpacked = (request: HttpRequest): Readable => {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') return request;
  if (!isPacked(encoding)) throw bodyFault('encoding.unsupported');
  const unpacker = unpackers[encoding]();
  return request.pipe(unpacker);
};

/** Bytes that are announced; 0: that is not said. */
const announced = ({ headers }: HttpRequest): number => Number(headers['content-length'] ?? 0);

/** Those of a body that is there already, as small ones are; null: there is more to be read, or to be unpacked. */
const bytesAtHand = (request: HttpRequest, share: BodyShare): Buffer | null => {
  const bytes = announced(request);
  if (bytes === 0 || request.headers['content-encoding'] !== undefined) return null;
  if (request.readableLength !== bytes) return null;
  share.take(bytes);
  const read: unknown = request.read();
  return read instanceof Buffer ? read : null;
};

const readBytes = async (request: HttpRequest, bodyBytes: number, share: BodyShare): Promise<Buffer> => {
  const declared = announced(request);
  const source = unpacked(request);
  // What says how long it is has its place at once: chunks, and then the whole of them, would take it twice.
  const whole = source === request && declared > 0 ? Buffer.allocUnsafeSlow(declared) : null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    try {
      if (bytes > bodyBytes) throw bodyFault('entity.too.large');
      share.take(chunk.length);
      if (whole === null) chunks.push(chunk);
      else whole.set(chunk, bytes - chunk.length);
    } catch (thrown) {
      reject(thrown);
    }
  };
  source.on('data', onData);
  source.once('end', resolve);
  source.once('error', reject);
  const onClose = (): void => {
    if (!request.complete) reject(bodyFault('request.aborted'));
  };
  request.once('close', onClose);
  try {
    await promise;
  } finally {
    source.off('data', onData);
    source.off('end', resolve);
    request.off('close', onClose);
    // What comes late of a body that was refused is nobody's fault any more.
    request.on('error', () => {}).unpipe();
    if (source !== request) source.on('error', () => {}).destroy();
    request.resume();
  }
  return whole?.subarray(0, bytes) ?? Buffer.concat(chunks, bytes);
};

/** Faults of Windows PowerShell 5.1, which sends Latin-1 unless it is given bytes. */
const notUtf8 =
  'The request body is not UTF-8. In Windows PowerShell 5.1 give Invoke-RestMethod bytes: -Body ([Text.Encoding]::UTF8.GetBytes($json))';

const decoder = new TextDecoder('utf-8');

const decoded = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw new InputError(notUtf8);
  return decoder.decode(bytes);
};

const parsed = (json: string): unknown => {
  if (json.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (thrown) {
    throw Object.assign(bodyFault('entity.parse.failed'), { cause: thrown });
  }
  // A request is an object or a list of them.
  if (typeof value !== 'object' || value === null) throw bodyFault('entity.parse.failed');
  return value;
};

/** What is in the body; the bytes and the text that it is made of are let go. */
const valueIn = (bytes: Buffer, limits: JsonLimits): unknown => {
  const json = decoded(bytes);
  checkJsonSize(json, limits);
  return parsed(json);
};

/**
 * Reads a body of JSON of at most so many bytes, unpacked, and has it handled, within the budget of all bodies under way: it
 * counts until it is handled, whether its caller waits for that or not. What is no UTF-8 is refused: a character that was
 * replaced would stand in a comment for good. The values are counted before they are parsed.
 */
export const jsonBody =
  <Request extends HttpRequest, Response>(
    { bodyOf, budget, values }: JsonBodyDeps,
    handle: (request: Request, response: Response, next: (thrown?: unknown) => void) => unknown,
  ) =>
  async (request: Request, response: Response, next: (thrown?: unknown) => void): Promise<void> => {
    request.body = undefined;
    if (!isJson(request.headers)) {
      await handle(request, response, next);
      return;
    }
    const { caller, bytes } = bodyOf(request);
    const share = budget.open(caller, bytes);
    try {
      checkCharset(request.headers['content-type'] ?? '');
      // What came with the headers is there once they have been handled.
      await null;
      // They left while it was found out who they are.
      if (request.destroyed) throw bodyFault('request.aborted');
      if (announced(request) > bytes) throw bodyFault('entity.too.large');
      request.body = valueIn(bytesAtHand(request, share) ?? (await readBytes(request, bytes, share)), { values });
      await handle(request, response, next);
    } finally {
      // The connection may keep the request for long.
      request.body = undefined;
      share.release();
    }
  };
