import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface StartableApp {
  readonly handler: RequestListener;
  /** Called first when stopping: tells load balancers to look elsewhere. */
  drain(): void;
  /** Called last when stopping. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
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
  { host, port, onStopping }: ListenOptions,
): Promise<RunningServer> => {
  const server = createServer(app.handler);
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
