import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { usualAnswerBytes, usualConnections } from '../../clouds/call-bounds.ts';
import { inUrl, withoutBrackets } from '../../clouds/host-names.ts';
import { noProxy, type ProxySettings, proxyFor } from '../../clouds/proxy.ts';
import { lateAtProxy } from '../../clouds/unreachable.ts';
import { systemCodeOf } from '../../system-code.ts';
import { createAnswerHandler, joinedHeaders } from './answer-handler.ts';
import { endingBefore, tellingBegun } from './begun.ts';
import type { Http, HttpInit, HttpStream } from './http.ts';
import { createLargeAnswers } from './large-answers.ts';
import { openTunnel, proxyAuthorization } from './tunnel.ts';

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

/**
 * Node's own authorities stay trusted: the public ones, and those of `NODE_EXTRA_CA_CERTS`. They are read once: a connection that
 * is given them as text reads them all anew, which takes some 12 ms each time.
 */
const trusted = (ca: readonly string[]): { readonly secureContext?: SecureContext } =>
  ca.length === 0 ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...ca] }) };

/** Opens connections, through the proxy that leads to their host; one to the proxy itself is opened without. */
const connectorOf = ({ ca = [], connectTimeoutMs: timeout = 10_000, proxy = noProxy }: HttpClientOptions) => {
  const own = trusted(ca);
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
  const connect = connectorOf(options);
  const calls = new Agent({ ...shared, connect, connections });
  const files = new Agent({ ...shared, connect, connections: fileConnections });
  // Hosts of this machine, which no proxy leads to.
  const own = new Agent({ ...shared, connect: connectorOf({ ...options, proxy: noProxy }), connections: 8 });
  const filesTelling = tellingBegun(files);
  const large = createLargeAnswers(bytesUnderWay);

  const askedOf = (url: string, init: HttpInit, by: ProxySettings) => {
    const where = new URL(url);
    const { headers, ...route } = routeOf(by, where);
    const { method, body } = init;
    const late = proxyFor(by, where) === null ? undefined : lateAtProxy;
    return {
      asked: { ...route, method, headers: { ...init.headers, ...headers }, ...(body === undefined ? {} : { body }) },
      unbegun: (reason: unknown) => new NoConnectionError(reason, late),
    };
  };
  return {
    request: async (url, init) => {
      const { direct = false, maxBytes = usualAnswerBytes.normal } = init;
      const { asked, unbegun } = askedOf(url, init, direct ? noProxy : proxy);
      const { answer, handler } = createAnswerHandler({ init, maxBytes, large, unbegun });
      if (init.signal?.aborted !== true) (direct ? own : calls).dispatch(asked, handler);
      return answer;
    },
    open: async (url, init) => {
      const { signal } = init;
      const { asked, unbegun } = askedOf(url, init, proxy);
      const ask = (begun: () => void) =>
        filesTelling.request({ ...asked, opaque: begun, ...(signal === undefined ? {} : { signal }) });
      const { statusCode, headers, body } = await endingBefore(ask, signal, unbegun);
      // A fault is told to who reads; one of a body that nobody reads any more is nobody's.
      body.on('error', () => {});
      return { status: statusCode, headers: joinedHeaders(headers), body };
    },
    release: large.release,
    close: async () => {
      const ended = Promise.all([calls.close(), own.close(), files.destroy()]);
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, closeGraceMs);
      await Promise.race([ended, late.then(() => Promise.all([calls.destroy(), own.destroy()]))]);
      clearTimeout(timer);
    },
  };
};
