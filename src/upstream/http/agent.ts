import { getCACertificates } from 'node:tls';
import { Agent, buildConnector, request } from 'undici';
import { systemCodeOf } from '../../clouds/unreachable.ts';
import { bodyText } from './body-text.ts';

/** One HTTP exchange. Any status is an answer; it rejects when there was none. */
export type Http = (url: string, init: HttpInit) => Promise<HttpAnswer>;

/** What is sent. */
export interface HttpInit {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** What came back, whatever the status. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer whose body is read as it comes: at the pace of the reader, who reads it to its end or destroys it. */
export interface HttpStream {
  readonly status: number;
  /** As of `HttpAnswer`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer> & { destroy(): unknown };
}

/** An `Http`, and the same for files; `close` ends the pools. */
export interface HttpClient {
  readonly request: Http;
  /** For files of any size. Files have a pool of their own, so that slow readers keep nobody from the APIs. */
  readonly open: (url: string, init: HttpInit) => Promise<HttpStream>;
  close(): Promise<void>;
}

/** There was no connection: refused, an unknown host, no handshake of TLS. Not a byte of the request was sent. */
export class NoConnectionError extends Error {
  /** Of the system's error, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : 'There was no connection', { cause });
    this.name = 'NoConnectionError';
    this.code = systemCodeOf(cause);
  }
}

/** Microsoft's hunting answers end at 50 MB (124 in older pages): twice that is a fault, not an answer. */
const maxResponseBytes = 256 * 1024 * 1024;

const joined = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
};

/** Node's own authorities stay trusted: the public ones, and those of `NODE_EXTRA_CA_CERTS`. */
const trusted = (ca: readonly string[]) => (ca.length === 0 ? {} : { ca: [...getCACertificates('default'), ...ca] });

/**
 * The pool behind every call to Microsoft, Entra's included. Redirects are not followed: a token must not travel.
 * `caPems` are trusted besides Node's own authorities.
 */
export const createHttpClient = (options: {
  readonly ca?: readonly string[];
  readonly connectTimeoutMs?: number;
}): HttpClient => {
  const open = buildConnector({ timeout: options.connectTimeoutMs ?? 10_000, ...trusted(options.ca ?? []) });
  const shared = {
    keepAliveTimeout: 30_000,
    // The deadline of a call is its signal; these two only end what a signal forgot.
    headersTimeout: 300_000,
    bodyTimeout: 300_000,
    connect: ((where, done) =>
      open(where, (failure, socket) =>
        failure === null ? done(null, socket) : done(new NoConnectionError(failure), null),
      )) satisfies buildConnector.connector,
  };
  const calls = new Agent({ ...shared, connections: 64, maxResponseSize: maxResponseBytes });
  const files = new Agent({ ...shared, connections: 128 });
  const exchange = (dispatcher: Agent, url: string, init: HttpInit) =>
    request(url, {
      dispatcher,
      method: init.method,
      headers: { ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    });
  return {
    request: async (url, init) => {
      const answer = await exchange(calls, url, init);
      const headers = joined(answer.headers);
      return { status: answer.statusCode, headers, body: await bodyText(answer.body, headers, maxResponseBytes) };
    },
    open: async (url, init) => {
      const { statusCode, headers, body } = await exchange(files, url, init);
      // A fault is told to who reads; one of a body that nobody reads any more is nobody's.
      body.on('error', () => {});
      return { status: statusCode, headers: joined(headers), body };
    },
    close: async () => {
      await Promise.all([calls.close(), files.destroy()]);
    },
  };
};
