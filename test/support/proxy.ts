import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A proxy of a test's own: it opens tunnels, and passes on what it is asked for by its whole address. */
export interface Proxy {
  readonly origin: string;
  /** Hosts and ports of tunnels, and whole addresses. */
  readonly asked: string[];
  /** The `proxy-authorization` of the last request. */
  readonly credential: () => string | undefined;
  stop(): void;
}

/** `refuse`: the status that every tunnel is refused with; `hangs`: none is ever opened. */
export const startProxy = async ({
  refuse,
  hangs = false,
}: {
  readonly refuse?: number;
  readonly hangs?: boolean;
} = {}): Promise<Proxy> => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let credential: string | undefined;
  const server = createServer((asking, answer) => {
    asked.push(asking.url ?? '');
    credential = asking.headers['proxy-authorization'];
    const { 'proxy-authorization': _, ...headers } = asking.headers;
    const onward = request(asking.url ?? '', { method: asking.method ?? 'GET', headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    onward.on('error', () => answer.writeHead(502).end());
    asking.pipe(onward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (asking, socket: Socket) => {
    asked.push(asking.url ?? '');
    credential = asking.headers['proxy-authorization'];
    socket.on('error', () => {});
    if (hangs) return;
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${asking.url}`);
    const onward = connect(Number(port), hostname.replace(/^\[(.+)\]$/, '$1'), () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
    onward.on('close', () => sockets.delete(onward));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    asked,
    credential: () => credential,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
