import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { usualAnswerBytes, usualConnections } from '../../clouds/call-bounds.ts';
import { inUrl, withoutBrackets } from '../../clouds/host-names.ts';
import { noProxy, type ProxySettings, proxyFor } from '../../clouds/proxy.ts';
import { lateAtProxy } from '../../clouds/unreachable.ts';
import { systemCodeOf } from '../../system-code.ts';
import { endingBefore, tellingBegun } from './begun.ts';
import { beginningOf, readBody, textOf, utf8Of } from './body.ts';
import type { BodyReader } from './body-reader.ts';
import { createLargeAnswers } from './large-answers.ts';
import { openTunnel, proxyAuthorization } from './tunnel.ts';

/** One HTTP exchange. Any status is an answer; it rejects when there was none. */
export type Http = (url: string, init: HttpInit) => Promise<HttpAnswer>;

/** What is sent. */
export interface HttpInit {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Bytes of the answer that are taken at most; as of an answer that is no hunt's by default. */
  readonly maxBytes?: number;
  /** Told of bytes of the answer as they come; throws to end it. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Whose answer it is: a large one counts for the room of the process until the request is released. */
  readonly request?: object | undefined;
  /** Whether a good answer is wanted as bytes: a large text stays in memory for long, and bytes do not. */
  readonly bytes?: boolean;
  /** Makes the reader of a good answer, which is read while it comes. */
  readonly reader?: (() => BodyReader) | undefined;
  /** It goes to a host of this machine, whatever proxy there is. */
  readonly direct?: boolean;
}

/** What came back, whatever the status. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where bytes were wanted, no more than its beginning. */
  readonly body: string;
  /** The whole body in UTF-8, where bytes were wanted of a good answer. */
  readonly bytes?: Buffer;
  /** What has read the body of a good answer; `body` is its beginning then. */
  readonly reader?: BodyReader;
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
  /** A request was answered: its large answers need no room any more. */
  release(request: object): void;
  close(): Promise<void>;
}

/** There was no connection: refused, an unknown host, no handshake of TLS, none in time. Not a byte of the request was sent. */
export class NoConnectionError extends Error {
  /** Of the system's error, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(cause: unknown, code = systemCodeOf(cause)) {
    super(cause instanceof Error ? cause.message : 'There was no connection', { cause });
    this.name = 'NoConnectionError';
    this.code = code;
  }
}

/** What nobody waits for any more, such as a token of a host that hangs, is given up so long after the end. */
const closeGraceMs = 1000;

/** Files that are fetched from one host at the same time. */
const fileConnections = 128;

/** How the pool reaches its hosts. */
export interface HttpClientOptions {
  /** Trusted besides Node's own authorities, PEM. */
  readonly ca?: readonly string[];
  readonly connectTimeoutMs?: number;
  /** Connections to one origin. */
  readonly connections?: number;
  /** Bytes of large answers that are read at the same time. */
  readonly bytesUnderWay?: number;
  readonly proxy?: ProxySettings;
}

const joined = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
};

/**
 * Node's own authorities stay trusted: the public ones, and those of `NODE_EXTRA_CA_CERTS`. They are read once: a connection that
 * is given them as text reads them all anew, which takes some 12 ms each time.
 */
const trusted = (ca: readonly string[]): { readonly secureContext?: SecureContext } =>
  ca.length === 0 ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...ca] }) };

/** Opens connections, through the proxy that leads to their host; one to the proxy itself is opened without. */
const connectorOf = (
  { connectTimeoutMs: timeout = 10_000 }: HttpClientOptions,
  own: ReturnType<typeof trusted>,
  proxy: ProxySettings,
) => {
  const open = buildConnector({ timeout, ...own });
  return ((where, done) => {
    const settle: buildConnector.Callback = (...[failure, socket]) =>
      failure === null ? done(null, socket) : done(new NoConnectionError(failure), null);
    const { protocol, hostname, port } = where;
    const url = new URL(`${protocol}//${inUrl(hostname)}`);
    if (port !== '') url.port = port;
    const server = protocol === 'https:' && url.origin !== proxy.http?.shown ? proxyFor(proxy, url) : null;
    if (server === null) return open(where, settle);
    const at = { host: withoutBrackets(hostname), port: port === '' ? '443' : port };
    openTunnel({ proxy: server.url(), ...at, timeoutMs: timeout, ...own }).then(
      (httpSocket) => open({ ...where, httpSocket }, settle),
      (error: Error) => settle(error, null),
    );
  }) satisfies buildConnector.connector;
};

/** Where a request goes: an address of plain HTTP is asked of its proxy, by its whole address (RFC 9112, 3.2.2). */
const routeOf = (proxy: ProxySettings, url: URL) => {
  const server = url.protocol === 'http:' ? proxyFor(proxy, url) : null;
  if (server === null) return { origin: url.origin, path: `${url.pathname}${url.search}`, headers: {} };
  const headers = { host: url.host, ...proxyAuthorization(server.url()) };
  return { origin: server.shown, path: `${url.origin}${url.pathname}${url.search}`, headers };
};

/** The pool behind every call to Microsoft, Entra's included. Redirects are not followed: a token must not travel. */
export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const { proxy = noProxy, connections = usualConnections, bytesUnderWay = Number.POSITIVE_INFINITY } = options;
  const shared = {
    keepAliveTimeout: 30_000,
    // The deadline of a call is its signal; these two only end what a signal forgot.
    headersTimeout: 300_000,
    bodyTimeout: 300_000,
  };
  const own = trusted(options.ca ?? []);
  const connect = connectorOf(options, own, proxy);
  const calls = new Agent({ ...shared, connect, connections });
  const files = new Agent({ ...shared, connect, connections: fileConnections });
  // Hosts of this machine, which no proxy leads to.
  const direct = new Agent({ ...shared, connect: connectorOf(options, own, noProxy), connections: 8 });
  const telling = { calls: tellingBegun(calls), files: tellingBegun(files), direct: tellingBegun(direct) };
  const large = createLargeAnswers(bytesUnderWay);
  const exchange = (dispatcher: Dispatcher, url: string, init: HttpInit, by: ProxySettings) => {
    const where = new URL(url);
    const { headers, ...route } = routeOf(by, where);
    const { method, body, signal } = init;
    const ask = (begun: () => void) =>
      dispatcher.request({
        ...route,
        method,
        opaque: begun,
        headers: { ...init.headers, ...headers },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
    const late = proxyFor(by, where) === null ? undefined : lateAtProxy;
    return endingBefore(ask, signal, (reason) => new NoConnectionError(reason, late));
  };
  return {
    request: async (url, init) => {
      const { direct: isDirect = false, maxBytes = usualAnswerBytes.normal, onBytes, signal, request } = init;
      const answer = await (isDirect
        ? exchange(telling.direct, url, init, noProxy)
        : exchange(telling.calls, url, init, proxy));
      const headers = joined(answer.headers);
      const status = answer.statusCode;
      const reader = status < 300 ? init.reader?.() : undefined;
      const body = await readBody(answer.body, headers, large, { maxBytes, onBytes, signal, request, reader });
      if (reader !== undefined) return { status, headers, body: beginningOf(body), reader };
      return init.bytes === true && status < 300
        ? { status, headers, body: beginningOf(body), bytes: utf8Of(body) }
        : { status, headers, body: textOf(body) };
    },
    open: async (url, init) => {
      const { statusCode, headers, body } = await exchange(telling.files, url, init, proxy);
      // A fault is told to who reads; one of a body that nobody reads any more is nobody's.
      body.on('error', () => {});
      return { status: statusCode, headers: joined(headers), body };
    },
    release: large.release,
    close: async () => {
      const ended = Promise.all([calls.close(), direct.close(), files.destroy()]);
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, closeGraceMs);
      await Promise.race([ended, late.then(() => Promise.all([calls.destroy(), direct.destroy()]))]);
      clearTimeout(timer);
    },
  };
};
