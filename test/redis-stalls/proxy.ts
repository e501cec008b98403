import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { later, nameOfCommand } from '../fault-matrix/redis-proxy.ts';
import { commandsIn, wordsOf } from '../fault-matrix/resp.ts';

/**
 * What happens to one write and all that comes behind it for a while. `hangs`: Redis gets none of it, and carries it out once it goes on;
 * `hangsAfter`: it carried this one out, and answers nothing. `late`: the same as `hangs` for this connection alone, while new ones pass.
 * `cut`, `cutAfter`: the connection is cut before or after it was carried out. Words in capitals: Redis refuses writes with them; `MISCONF`:
 * this one alone. `ahead`, `behind`: nothing, and the clock of the gateway is ten minutes off.
 */
export const stalls = [
  'hangs',
  'hangsAfter',
  'late',
  'cut',
  'cutAfter',
  'OOM',
  'READONLY',
  'LOADING',
  'MISCONF',
  'ahead',
  'behind',
] as const;
export type Stall = (typeof stalls)[number];

const refusals: Readonly<Record<string, string>> = {
  OOM: "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
  READONLY: "-READONLY You can't write against a read only replica.\r\n",
  MISCONF: '-MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.\r\n',
  LOADING: '-LOADING Redis is loading the dataset in memory\r\n',
};

const jumpMs = 600_000;

/** At the `nth` write of that name. */
export interface StallPoint {
  readonly stall: Stall;
  readonly name: string;
  readonly nth: number;
}

export interface StallProxy {
  readonly port: number;
  /** Names of the writes so far, in their order. */
  readonly writes: readonly string[];
  /** Forgets them, and stalls at that point from now on. */
  arm(point: StallPoint | null): void;
  /** Whether it came to that. */
  hasStalled(): boolean;
  stop(): Promise<void>;
}

/** Stands before Redis. `forMs`: how long a stall lasts. */
export const startStallProxy = async (options: {
  readonly port: number;
  readonly forMs: number;
  readonly advancedMs: () => number;
  /** Moves the clock of the gateway by so many milliseconds. */
  readonly jump: (ms: number) => void;
}): Promise<StallProxy> => {
  const { port, forMs, advancedMs, jump } = options;
  const sockets = new Set<Socket>();
  const writes: string[] = [];
  let point: StallPoint | null = null;
  let stalled = false;
  let refusesUntil = 0;
  /** Resolves when Redis goes on. */
  let hanging: Promise<void> | null = null;

  const serve = (client: Socket): void => {
    const redis = connect(port, '127.0.0.1');
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    let own: Promise<void> | null = null;
    let isMute = false;
    let sending: Promise<void> = Promise.resolve();
    const cutAfterAnswer = { is: false };
    // What was sent arrives, though who sent it has gone.
    client.on('close', () => void sending.then(() => redis.end()));
    redis.on('close', () => client.destroy());
    redis.on('data', (answer: Buffer) => {
      if (cutAfterAnswer.is) return void client.destroy();
      const told = later(answer, advancedMs());
      void (isMute ? (hanging ?? Promise.resolve()) : Promise.resolve()).then(() => {
        if (!client.destroyed) client.write(told);
      });
    });
    const deliver = (command: Buffer): void => {
      const waits = own ?? hanging;
      sending = sending.then(async () => {
        if (waits !== null) await waits;
        if (!redis.destroyed) redis.write(command);
      });
    };
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (bytes: Buffer) => {
      const { commands, rest: left } = commandsIn(Buffer.concat([rest, bytes]));
      rest = left;
      for (const command of commands) {
        const words = wordsOf(command);
        const name = nameOfCommand(words);
        if (name !== null) writes.push(name);
        const isIt =
          point !== null &&
          !stalled &&
          name === point.name &&
          writes.filter((one) => one === name).length === point.nth;
        if (isIt) stalled = true;
        const { stall } = point ?? {};
        if (isIt && stall !== undefined && stall in refusals) refusesUntil = performance.now() + forMs;
        const isMeant = stall === 'MISCONF' ? isIt : name !== null || stall === 'LOADING';
        const isRefused = performance.now() < refusesUntil && isMeant;
        if (isRefused && stall !== undefined) {
          client.write(refusals[stall] ?? '');
          continue;
        }
        if (!isIt) {
          deliver(command);
          continue;
        }
        const offMs = stall === 'ahead' ? jumpMs : stall === 'behind' ? -jumpMs : 0;
        if (offMs !== 0) {
          jump(offMs);
          void sleep(forMs).then(() => jump(-offMs));
        }
        if (stall === 'cut') return void client.destroy();
        if (stall === 'cutAfter') cutAfterAnswer.is = true;
        if (stall === 'late') own = sleep(forMs);
        if (stall === 'hangs') hanging = sleep(forMs);
        deliver(command);
        if (stall === 'hangsAfter') {
          isMute = true;
          const goesOn = sleep(forMs);
          void sending.then(() => {
            hanging = goesOn;
          });
        }
      }
    });
  };

  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return {
    port: address.port,
    writes,
    arm: (next) => {
      writes.length = 0;
      stalled = false;
      point = next;
    },
    hasStalled: () => stalled,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
