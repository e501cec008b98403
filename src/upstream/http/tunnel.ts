import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { inUrl, withoutBrackets } from '../../clouds/host-names.ts';
import { lateAtProxy } from '../../clouds/unreachable.ts';
import { systemCodeOf } from '../../system-code.ts';

/** What a proxy did instead of opening the way. */
class TunnelError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TunnelError';
    this.code = code;
  }
}

/** The header by which a proxy knows who asks (RFC 9110, 11.7); none without a user name. */
export const proxyAuthorization = ({ username, password }: URL): Readonly<Record<string, string>> => {
  if (username === '') return {};
  const credential = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { 'proxy-authorization': `Basic ${credential}` };
};

/** Where a tunnel leads, and how long it may take to open. */
export interface TunnelOptions {
  readonly proxy: URL;
  readonly host: string;
  readonly port: string;
  readonly timeoutMs: number;
  /** Authorities that a proxy of HTTPS may have its certificate of; absent: Node's own. */
  readonly secureContext?: SecureContext;
}

/** A connection through a proxy (`CONNECT`, RFC 9110, 9.3.6), on which nothing was sent yet. Rejects with a `code`. */
export const openTunnel = ({ proxy, host, port, timeoutMs, secureContext }: TunnelOptions): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const target = `${inUrl(host)}:${port}`;
    const options = {
      host: withoutBrackets(proxy.hostname),
      port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
      signal: timeout,
    };
    const asked =
      proxy.protocol === 'https:'
        ? requestHttps({ ...options, ...(secureContext && { secureContext }) })
        : requestHttp(options);
    asked.once('connect', ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.on('error', () => {}).destroy();
      const code = statusCode === 407 ? 'ERR_PROXY_AUTHENTICATION' : 'ERR_PROXY_REFUSED';
      reject(new TunnelError(code, `The proxy answered ${statusCode}`));
    });
    asked.once('error', (error) => {
      const why = systemCodeOf(error);
      const code = timeout.aborted ? lateAtProxy : 'ERR_PROXY_UNREACHABLE';
      reject(new TunnelError(code, `The proxy gave no tunnel${why === '' ? '' : ` (${why})`}`, error));
    });
    asked.end();
  });
