import { getCACertificates } from 'node:tls';
import { Agent, buildConnector, request } from 'undici';
import { systemCodeOf } from '../../clouds/unreachable.ts';

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

/** An `Http`, and the same for files; `close` ends the pool. */
export interface HttpClient {
  readonly request: Http;
  /** The body as bytes, for downloads; refuses more than `maxBytes`. */
  readonly download: (url: string, init: HttpInit, maxBytes: number) => Promise<{ status: number; bytes: Buffer }>;
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
  const agent = new Agent({
    connections: 64,
    keepAliveTimeout: 30_000,
    maxResponseSize: maxResponseBytes,
    // The deadline of a call is its signal; these two only end what a signal forgot.
    headersTimeout: 300_000,
    bodyTimeout: 300_000,
    connect: (where, done) =>
      open(where, (failure, socket) =>
        failure === null ? done(null, socket) : done(new NoConnectionError(failure), null),
      ),
  });
  const exchange = (url: string, init: HttpInit) =>
    request(url, {
      dispatcher: agent,
      method: init.method,
      headers: { ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    });
  return {
    request: async (url, init) => {
      const answer = await exchange(url, init);
      return { status: answer.statusCode, headers: joined(answer.headers), body: await answer.body.text() };
    },
    download: async (url, init, maxBytes) => {
      const answer = await exchange(url, init);
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > maxBytes) {
          answer.body.destroy();
          throw new RangeError(`The download is larger than ${maxBytes} bytes`);
        }
        chunks.push(bytes);
      }
      return { status: answer.statusCode, bytes: Buffer.concat(chunks) };
    },
    close: () => agent.close(),
  };
};
