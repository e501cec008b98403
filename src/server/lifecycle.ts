import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface StartableApp {
  readonly handler: RequestListener;
  /** Called first when stopping: tells load balancers to look elsewhere. */
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

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
  /** Milliseconds in which a request has to be received whole; a slower one is answered with 408 and cut. 30 s by default. */
  readonly bodyTimeoutMs?: number;
  readonly socketLimits?: Partial<SocketLimits>;
  /** Called once no connection is accepted any more: to close sockets that were upgraded, with a proper code. */
  readonly onStopping?: () => void | Promise<void>;
}

export interface RunningServer {
  /** Where the server answers, without a slash at the end. */
  readonly url: string;
  /** For protocols that upgrade a connection, such as `graphql-ws`. */
  readonly server: Server;
  /**
   * Not ready, then no new connections, then what was accepted is finished; connections still open after `graceMs` are
   * destroyed. Resolves when nothing is left; a second call waits for the same end.
   */
  stop(graceMs: number): Promise<void>;
}

/** What went wrong with listening, in words for the operator. */
const listenFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another process: stop it or choose another port',
  EACCES: 'may not be opened by this user: choose a port above 1023',
  EADDRNOTAVAIL: 'is no address of this machine: choose another host',
  ENOTFOUND: 'is not a known host: choose another host',
};

/** Listens, and resolves once callers can connect; rejects with a message that names host, port and remedy. */
export const startServer = async (
  app: StartableApp,
  { host, port, bodyTimeoutMs = 30_000, socketLimits = {}, onStopping }: ListenOptions,
): Promise<RunningServer> => {
  const server = limitedServer(app.handler, bodyTimeoutMs, { ...usualSocketLimits, ...socketLimits });
  const sockets = new Set<Socket>();
  let stopping: Promise<void> | undefined;

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, response) => {
    if (stopping !== undefined) response.setHeader('connection', 'close');
    // A kept-alive connection that turns idle while we stop would hold the listener's end back.
    response.once('close', () => {
      if (stopping !== undefined) setImmediate(() => server.closeIdleConnections());
    });
  });
  await listen(server, host, port);

  const finish = async (graceMs: number): Promise<void> => {
    app.drain();
    app.refuseMutations();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    try {
      await onStopping?.();
    } finally {
      await closed;
      clearTimeout(timer);
      await app.close();
    }
  };
  return {
    url: urlOf(server, host),
    server,
    stop: (graceMs) => {
      stopping ??= finish(graceMs);
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
    response.once('prefinish', () => response.setTimeout(limits.stalledAnswerMs, () => response.destroy()));
  });
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  server.maxConnections = limits.connections;
  return server;
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const fault = listenFaults[error.code ?? ''] ?? `failed (${error.message})`;
      reject(new Error(`Cannot listen: ${host}:${port} ${fault}`, { cause: error }));
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
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
};
