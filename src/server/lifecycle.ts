import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inUrl } from '../clouds/host-names.ts';
import { GatewayError } from '../errors.ts';
import { systemCodeOf } from '../system-code.ts';
import { createConnections } from './connections.ts';

/** What a server serves, and tells when it stops. */
export interface StartableApp {
  readonly handler: RequestListener;
  /** Called first when stopping: tells load balancers to look elsewhere. Requests are taken as before. */
  drain(): void;
  /** Called as soon as no new connection is accepted: nothing new may be begun. */
  refuseMutations(): void;
  /** Called last when stopping. */
  close(): Promise<void>;
}

/** How long and how much a client may take of the server before an answer is due. */
export interface SocketLimits {
  /** A request's headers, from its first byte or, on a new connection, from its beginning. */
  readonly headersTimeoutMs: number;
  /** A connection without a request. Longer than load balancers keep theirs, who else send into a closing one. */
  readonly keepAliveTimeoutMs: number;
  /** An answer that is whole, of which the client takes nothing. */
  readonly stalledAnswerMs: number;
  /** How often the times of connections are looked at. */
  readonly checkIntervalMs: number;
  /** Then the connection is closed, and the client's next one may find another replica. */
  readonly requestsPerConnection: number;
  /** Of all headers together; an Entra token with many groups has some 8 KiB. */
  readonly headerBytes: number;
  /** Open at once; further ones are closed unanswered. */
  readonly connections: number;
}

/** Suits clients and load balancers on the usual networks. */
const usualSocketLimits: SocketLimits = {
  headersTimeoutMs: 15_000,
  keepAliveTimeoutMs: 75_000,
  stalledAnswerMs: 60_000,
  checkIntervalMs: 5000,
  requestsPerConnection: 10_000,
  headerBytes: 16_384,
  connections: 10_000,
};

/** Where a server listens, and how it treats connections. */
export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
  /** Milliseconds in which a request has to be received whole; a slower one is answered with 408 and cut. 30 s by default. */
  readonly bodyTimeoutMs?: number;
  readonly socketLimits?: Partial<SocketLimits>;
  /** Seconds for which a stop goes on to accept requests while it says that it is not ready; none by default. */
  readonly drainSeconds?: number;
  /** Called once no connection is accepted any more: to close sockets that were upgraded, with a proper code. */
  readonly onStopping?: () => void | Promise<void>;
}

/** A server that listens. */
export interface RunningServer {
  /** Where the server answers, without a slash at the end. */
  readonly url: string;
  /** For protocols that upgrade a connection, such as `graphql-ws`. */
  readonly server: Server;
  /**
   * Not ready, and accepting for a while; then no new connections, and what was accepted is finished. Connections without a
   * whole request are destroyed then, and all others after `graceMs`. Resolves when nothing is left; a second call waits for
   * the same end.
   */
  stop(graceMs: number, options?: StopOptions): Promise<void>;
}

/** How a server is stopped. */
export interface StopOptions {
  /** Without the time of draining: nobody sends requests by what `/readyz` says. */
  readonly atOnce?: boolean;
  /** Called when no connection is accepted any more, with the milliseconds that are left of the grace and the requests that wait. */
  readonly onDrained?: (leftMs: number, requests: number) => void;
  /** Called when the grace is over, if requests still wait: their connections are cut. */
  readonly onCut?: (requests: number) => void;
}

/** Milliseconds for which a request that may be on its way is waited for, once no connection is accepted any more. */
const arrivingMs = 500;

const anotherPort = 'choose another with --port or server.port of the settings';
const anotherHost = 'choose another with --host or server.host of the settings';

/** What went wrong with listening, in words for the operator. */
const listenFaults: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `port ${port} of ${host} is taken by another process: stop that, or ${anotherPort}`,
  EACCES: (_, port) => `port ${port} may not be opened by this user: ${anotherPort}, above 1023`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine: ${anotherHost}`,
  ENOTFOUND: (host) => `the host ${host} is not known: ${anotherHost}`,
  EAI_AGAIN: (host) => `the host ${host} is not known, as no name server answers: ${anotherHost}`,
  EAFNOSUPPORT: (host) => `this machine has no addresses such as ${host}: ${anotherHost}`,
};

/** Listens, and resolves once callers can connect; rejects with one sentence that names host or port, and the remedy. */
export const startServer = async (
  app: StartableApp,
  { host, port, bodyTimeoutMs = 30_000, socketLimits = {}, drainSeconds = 0, onStopping }: ListenOptions,
): Promise<RunningServer> => {
  const server = limitedServer(app.handler, bodyTimeoutMs, { ...usualSocketLimits, ...socketLimits });
  const connections = createConnections(server);
  let stopping: Promise<void> | undefined;
  server.prependListener('request', (_request, response) => {
    if (stopping !== undefined) response.setHeader('connection', 'close');
  });
  await listen(server, host, port);

  const finish = async (graceMs: number, { atOnce = false, onDrained, onCut }: StopOptions): Promise<void> => {
    app.drain();
    // No more than half of the grace: what was accepted last needs time, too.
    const drainMs = atOnce ? 0 : Math.min(drainSeconds * 1000, graceMs / 2);
    if (drainMs > 0) await sleep(drainMs);
    app.refuseMutations();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const leftMs = graceMs - drainMs;
    onDrained?.(leftMs, connections.asked());
    connections.closeIdle();
    const timers = [
      setTimeout(connections.destroyUnasked, Math.min(arrivingMs, leftMs)),
      setTimeout(() => {
        if (connections.asked() > 0) onCut?.(connections.asked());
        connections.destroyAll();
      }, leftMs),
    ];
    try {
      await onStopping?.();
    } finally {
      await closed;
      for (const timer of timers) clearTimeout(timer);
      await app.close();
    }
  };
  return {
    url: urlOf(server, host),
    server,
    stop: (graceMs, options = {}) => {
      stopping ??= finish(graceMs, options);
      return stopping;
    },
  };
};

const limitedServer = (handler: RequestListener, bodyTimeoutMs: number, limits: SocketLimits): Server => {
  const server = createServer(
    {
      // Node takes no longer time for the headers than for the whole.
      headersTimeout: Math.min(limits.headersTimeoutMs, bodyTimeoutMs),
      requestTimeout: bodyTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(limits.checkIntervalMs, bodyTimeoutMs),
      maxHeaderSize: limits.headerBytes,
    },
    handler,
  );
  server.prependListener('request', (_request, response) => {
    response.once('prefinish', () => {
      // What the system has taken is not waited for.
      if (response.socket?.writableLength !== 0) response.setTimeout(limits.stalledAnswerMs, () => response.destroy());
    });
  });
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  server.maxConnections = limits.connections;
  return server;
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      const fault =
        listenFaults[systemCodeOf(error)]?.(host, port) ?? `${inUrl(host)}:${port} failed (${error.message})`;
      reject(new GatewayError('INTERNAL', `The gateway cannot listen: ${fault}`, {}, error));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });

const urlOf = (server: Server, host: string): string => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : inUrl(host)}:${port}`;
};
