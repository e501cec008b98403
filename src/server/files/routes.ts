import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { asError, InputError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Soon } from '../../soon.ts';
import { CallerLeftError } from '../deadline.ts';
import { type Activity, createActivity, cutWhenOver } from './activity.ts';
import { contentDisposition } from './content-disposition.ts';
import { nextOf } from './next-of.ts';
import { checkSite } from './site.ts';

/** Which file is asked for, as the URL says it. */
export interface FileQuestion {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly actionId: string;
  /** The index of a command, or `package`. */
  readonly part: string;
  /** How it is to be unpacked; null: not at all. */
  readonly unpack: string | null;
}

/** A file that is sent as it comes. */
export interface ServedFile {
  readonly name: string;
  /** At the pace of the reader. */
  readonly chunks: AsyncGenerator<Buffer, void>;
  /** Called once, at its end: with what was sent; null: not all of it. */
  ended(sent: { readonly size: number; readonly sha256: string } | null): Promise<void>;
}

/** How a file of `/files` is opened, and how long it may stand still. */
export interface FileRoutesDeps<TContext> {
  /** The context of a request, or the error that it is refused with. */
  contextOf(request: Request, signal: AbortSignal): Soon<TContext>;
  /** Throws what the answer says instead. */
  open(context: TContext, question: FileQuestion): Promise<ServedFile>;
  /** Milliseconds until the first byte. */
  readonly firstMs: number;
  /** Milliseconds without a byte. */
  readonly idleMs: number;
  readonly requestId: () => string | undefined;
  readonly log: Log;
}

/** Trailers of a whole file: RFC 9530 for the digest. */
const trailerNames = ['Content-Digest', 'X-File-Size'] as const;

/** Headers of a file: to be kept, not shown, not guessed at, not stored on the way. */
const headersOf = (name: string): Readonly<Record<string, string>> => ({
  'content-type': 'application/octet-stream',
  'content-disposition': contentDisposition(name),
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'accept-ranges': 'none',
});

const unpackOf = ({ query: { unpack } }: Request): string | null => {
  if (unpack === undefined) return null;
  if (typeof unpack === 'string') return unpack;
  throw new InputError('unpack may be given once', { field: 'unpack' });
};

const questionOf = (request: Request<{ tenant: string; actionId: string; part: string }>): FileQuestion => {
  // Express answers HEAD by what answers GET.
  if (request.method !== 'GET') throw new InputError('A file is asked for with GET');
  return { ...request.params, unpack: unpackOf(request) };
};

/**
 * `GET /files/{tenant}/{actionId}/{index}` and `.../package`: a file of any size, of which the process holds a chunk at a time. An
 * error before the first byte is an answer in GraphQL's form with its status; later the connection is cut, so that
 * half a file is never taken for a whole one.
 */
export const fileRoutes = <TContext>(deps: FileRoutesDeps<TContext>): RequestHandler => {
  const { log, requestId } = deps;

  /** Sends it all, or cuts the connection. */
  const send = async (file: ServedFile, response: Response, { signal, happened }: Activity): Promise<void> => {
    const hash = createHash('sha256');
    let size = 0;
    const counted = async function* (): AsyncGenerator<Buffer, void> {
      for (;;) {
        const { done, value } = await nextOf(file.chunks, signal);
        if (done === true) return;
        happened();
        hash.update(value);
        size += value.length;
        yield value;
        happened();
      }
    };
    cutWhenOver(response, signal);
    try {
      await pipeline(counted(), response, { signal, end: false });
      const digest = hash.digest();
      response.addTrailers({
        'Content-Digest': `sha-256=:${digest.toString('base64')}:`,
        'X-File-Size': String(size),
      });
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        response.once('error', reject);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        response.end(resolve);
      });
      await file.ended({ size, sha256: digest.toString('hex') });
    } catch (thrown) {
      response.destroy();
      // Not waited for: what hangs ends by the signal, or never.
      file.chunks.return().catch(() => {});
      await file.ended(null);
      const reason = signal.aborted ? signal.reason : thrown;
      if (reason instanceof CallerLeftError) log.debug('Caller left', { requestId: requestId() });
      else log.warn('A file broke off', { requestId: requestId(), bytes: size, err: asError(reason) });
    }
  };

  const routes = Router();
  routes.get('/files/:tenant/:actionId/:part', async (request, response) => {
    const activity = createActivity(response, { ...deps, what: 'the file' });
    checkSite(request);
    const context = await deps.contextOf(request, activity.signal);
    const file = await deps.open(context, questionOf(request));
    activity.happened();
    response.status(200).set(headersOf(file.name));
    // HTTP/1.0 knows neither chunks nor trailers; the end of the connection is the end of the file there.
    if (request.httpVersion === '1.1') response.setHeader('trailer', trailerNames.join(', '));
    response.flushHeaders();
    await send(file, response, activity);
  });
  return routes;
};
