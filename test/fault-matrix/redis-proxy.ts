import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { commandsIn, wordsOf } from './resp.ts';
import {
  createLookout,
  type KillPoint,
  momentNow,
  type NotedStep,
  nameOfAuditWrite,
  nameOfStoreWrite,
} from './steps.ts';
import type { Victim } from './victim-process.ts';

/** Commands that change nothing; any other is a write. */
const reads = new Set(
  'AUTH CLIENT ECHO EXISTS GET HELLO INFO KEYS PING PTTL QUIT SCAN SELECT TIME TTL XLEN XRANGE XREVRANGE'.split(' '),
);

/** Keys of the audit's stream and of its end. */
const auditKeys = '{defender-gateway:audit}';

/** What a command writes; null: nothing that belongs to an action. A script's keys come behind their number. */
export const nameOfCommand = (words: readonly string[]): string | null => {
  const verb = words[0]?.toUpperCase() ?? '';
  if (reads.has(verb)) return null;
  const key = verb.startsWith('EVAL') ? words[3] : words[1];
  return key?.startsWith(auditKeys) ? nameOfAuditWrite(words.join('\n')) : nameOfStoreWrite(verb, key);
};

/** Everything that one process says to Redis passes here. */
export interface RedisProxy {
  readonly port: number;
  readonly steps: readonly NotedStep[];
  /** What was being written when the process was killed; null: it was not. */
  killed(): string | null;
  stop(): Promise<void>;
}

export interface RedisProxyOptions {
  /** Where Redis is. */
  readonly port: number;
  readonly point: KillPoint | null;
  /** Who speaks here, if they are killed. */
  readonly victim?: Pick<Victim, 'halt' | 'isHalted' | 'died'>;
  /** Milliseconds that Redis's own time is ahead, as a test lets time pass. */
  readonly advancedMs?: () => number;
}

/** The answer to `TIME`: seconds and microseconds, as texts. */
const timeAnswer = /(?<=\*2\r\n\$10\r\n)\d{10}(?=\r\n\$\d\r\n\d+\r\n)/g;

/** An answer of Redis with its time put forward; as long as before. */
export const later = (answer: Buffer, ms: number): Buffer => {
  const text = answer.toString('latin1');
  return Buffer.from(
    text.replace(timeAnswer, (seconds) => String(Number(seconds) + Math.trunc(ms / 1000))),
    'latin1',
  );
};

const marker = 'the-write-before-this-took-effect';
const markerCommand = `*2\r\n$4\r\nECHO\r\n$${marker.length}\r\n${marker}\r\n`;

/**
 * Counts writes, and halts who writes until their process is killed, at one of them: before Redis gets it, or after Redis carried it out and before its
 * answer. That it was carried out is known by the answer to an `ECHO` behind it.
 */
export const startRedisProxy = async ({
  port,
  point,
  victim,
  advancedMs = () => 0,
}: RedisProxyOptions): Promise<RedisProxy> => {
  const steps: NotedStep[] = [];
  const sockets = new Set<Socket>();
  const isIt = createLookout(point);
  let killed: string | null = null;

  const serve = (client: Socket): void => {
    const redis = connect(port, '127.0.0.1');
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    const end = async (): Promise<void> => {
      await victim?.halt();
      await victim?.died;
      client.destroy();
    };
    let rest: Buffer = Buffer.alloc(0);
    let held: Buffer | null = null;
    redis.on('data', (answer: Buffer) => {
      if (held === null) return void client.write(advancedMs() === 0 ? answer : later(answer, advancedMs()));
      held = Buffer.concat([held, answer]);
      if (held.includes(marker)) void end();
    });
    client.on('data', (bytes: Buffer) => {
      const { commands, rest: left } = commandsIn(Buffer.concat([rest, bytes]));
      rest = left;
      for (const command of commands) {
        if (killed !== null || victim?.isHalted()) return;
        const name = nameOfCommand(wordsOf(command));
        if (name !== null) steps.push({ kind: 'write', name, tearable: false, at: momentNow() });
        if (name === null || !isIt(name)) {
          redis.write(command);
          continue;
        }
        killed = name;
        if (point?.moment === 'before') return void end();
        held = Buffer.alloc(0);
        redis.write(command);
        redis.write(markerCommand);
      }
    });
  };

  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return {
    port: address.port,
    steps,
    killed: () => killed,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
