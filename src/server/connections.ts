import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, by what they wait for. */
export interface Connections {
  /** Requests that wait for their answers, or for the end of them. */
  asked(): number;
  /** Closes those on which nothing was sent since the last answer, and each that gets there later. */
  closeIdle(): void;
  /** Destroys those on which no whole request waits for its answer: nothing was sent, half a header, or half a body. */
  destroyUnasked(): void;
  destroyAll(): void;
}

/** Follows the connections of a server from their beginning. */
export const createConnections = (server: Server): Connections => {
  /**
   * Requests whose answers are not finished. No sets: V8 keeps what was in a set that grew anew, and all that hangs on it, until
   * the whole heap is collected.
   */
  const open = new Map<Socket, IncomingMessage[]>();
  let closing = false;

  server.on('connection', (socket) => {
    open.set(socket, []);
    socket.once('close', () => open.delete(socket));
  });
  server.prependListener('request', (request, response) => {
    open.get(request.socket)?.push(request);
    response.once('close', () => {
      const asked = open.get(request.socket) ?? [];
      const place = asked.indexOf(request);
      if (place !== -1) asked.splice(place, 1);
      // One that turns idle while the server stops would hold its end back.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });

  return {
    asked: () => [...open.values()].reduce((sum, requests) => sum + requests.length, 0),
    closeIdle: () => {
      closing = true;
      server.closeIdleConnections();
    },
    destroyUnasked: () => {
      for (const [socket, asked] of open) if (!asked.some(({ complete }) => complete)) socket.destroy();
    },
    destroyAll: () => {
      for (const socket of open.keys()) socket.destroy();
    },
  };
};
