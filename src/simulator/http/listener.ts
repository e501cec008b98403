import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsMaterial } from '../tls/authority.ts';
import { BodyTooLargeError, type Incoming, readIncoming } from './incoming.ts';
import { type Reply, sendReply } from './reply.ts';

/** One HTTPS listener on one port. */
export interface Listener {
  readonly port: number;
  /** Stops accepting and cuts open connections. */
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly tls: TlsMaterial;
  /** Address to bind. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly handle: (incoming: Incoming, closed: AbortSignal) => Promise<Reply>;
}

const failureReply = (thrown: unknown): Reply => ({
  kind: 'answer',
  response:
    thrown instanceof BodyTooLargeError
      ? { status: 413, body: thrown.message }
      : {
          status: 500,
          body: `The simulator failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
        },
});

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  address !== null && typeof address !== 'string';

/** Starts listening. A bug in a handler answers 500 with its stack: this is a test tool. */
export const startListener = async ({ tls, host, port, handle }: ListenerOptions): Promise<Listener> => {
  const server = createServer({ cert: tls.certificatePem, key: tls.privateKeyPem }, (request, response) => {
    const closed = new AbortController();
    response.once('close', () => closed.abort());
    readIncoming(request)
      .then((incoming) => handle(incoming, closed.signal))
      .catch(failureReply)
      .then((reply) => {
        if (!closed.signal.aborted) sendReply(reply, response);
      });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (!isAddress(address)) throw new Error(`No port for ${host}:${port}`);
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
