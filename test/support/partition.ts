import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server on this machine, which can be cut without anybody being told. */
export interface Network {
  readonly port: number;
  /** From now on nothing passes, on any connection, and none is closed: as behind a firewall that forgot them. */
  cut(): void;
  /** New connections pass again; those of before stay dead. */
  heal(): void;
  /** Answers that passed since the last call: each is a round trip, or several that were on their way together. */
  roundTrips(): number;
  /** Connections that were made so far. */
  connections(): number;
  stop(): Promise<void>;
}

/** In front of the server at `port`; each answer is `delayMs` on its way. */
export const startNetwork = async (port: number, { delayMs = 0 } = {}): Promise<Network> => {
  const sockets = new Set<Socket>();
  let epoch = 0;
  let isCut = false;
  let passed = 0;
  let made = 0;
  const server = createServer((client) => {
    const mine = epoch;
    made += 1;
    const far = connect(port, '127.0.0.1');
    const passes = (): boolean => !isCut && mine === epoch;
    for (const [from, to] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (passes()) to.destroy();
      });
      from.on('data', (bytes: Buffer) => {
        if (!passes()) return;
        if (from === far) passed += 1;
        const pass = (): void => void (passes() && to.write(bytes));
        if (from === far && delayMs > 0) setTimeout(pass, delayMs);
        else pass();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    cut: () => {
      isCut = true;
      epoch += 1;
    },
    heal: () => {
      isCut = false;
      epoch += 1;
    },
    roundTrips: () => {
      const count = passed;
      passed = 0;
      return count;
    },
    connections: () => made,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
