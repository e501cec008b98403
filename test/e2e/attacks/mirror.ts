import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';

/** What an API of Microsoft's that lies would say. */
export interface Lies {
  /** `@odata.nextLink` of every list. */
  readonly nextLink?: string;
  /** Where the result of a live response command is said to lie. */
  readonly link?: string;
  /** `Location` of a 302 in the place of every answer. */
  readonly redirect?: string;
}

/** An API that a tenant of the gateway trusts, and a port where nobody should ever knock. */
export interface Mirror {
  /** e.g. `http://127.0.0.1:4711`. */
  readonly url: string;
  lie(lies: Lies): void;
  /** Requests to the API since the last lie. */
  requests(): readonly string[];
  /** A free port of this machine that counts its connections. */
  readonly trapPort: number;
  /** Connections to the trap so far. */
  trapped(): number;
  stop(): Promise<void>;
}

const action = readFileSync(new URL('../../fixtures/mde-machine-action.json', import.meta.url), 'utf8');

const portOf = (server: HttpServer | Server): number => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

const listening = async <T extends HttpServer | Server>(server: T): Promise<T> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const json = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
};

/** Starts both. */
export const startMirror = async (): Promise<Mirror> => {
  let lies: Lies = {};
  let requests: string[] = [];
  let connections = 0;
  const api = await listening(
    createServer((request, response) => {
      const path = request.url ?? '';
      requests.push(path);
      if (lies.redirect !== undefined) response.writeHead(302, { location: lies.redirect }).end();
      else if (path.includes('GetLiveResponseResultDownloadLink')) json(response, JSON.stringify({ value: lies.link }));
      else if (path.startsWith('/api/machineactions/')) json(response, action);
      else json(response, JSON.stringify({ value: [], '@odata.nextLink': lies.nextLink }));
    }),
  );
  const trap = await listening(
    createTcpServer((socket) => {
      connections += 1;
      socket.destroy();
    }),
  );
  return {
    url: `http://127.0.0.1:${portOf(api)}`,
    lie: (next) => {
      lies = next;
      requests = [];
    },
    requests: () => requests,
    trapPort: portOf(trap),
    trapped: () => connections,
    stop: async () => {
      api.closeAllConnections();
      api.close();
      trap.close();
    },
  };
};
