import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import type { Log } from '../log.ts';
import { redisCodeOf } from './faults.ts';
import { createOutage } from './outage.ts';
import { RedisSilenceError } from './redis-silence.ts';
import { within } from './within.ts';

/** Milliseconds that one command may take, from the moment at which it is asked for. */
export const commandLimitMs = 2000;

/** How long the start waits for the first connection; without one the gateway starts, not ready. */
const firstConnectionMs = 2000;

/** Milliseconds to the next attempt to connect: twice as many each time, up to the most. */
const reconnectMs = { first: 50, most: 400 } as const;

/** Pings without an answer, one after the other, at which a connection is taken for dead: parts of the limit of a command. */
const pingLimits = [3 / 8, 5 / 8] as const;

/** Of the greeting of a server, by the attempt: mostly short, to be there soon after an outage, and long for a server that is slow. */
const greetingLimits = [3 / 8, 3 / 8, 3 / 8, 1] as const;

/** Milliseconds in which a connection is given up once for a server that takes no writes. */
const renewEveryMs = 5000;

/** A client of node-redis, connected: commands go to it inside of `RedisConnection.run`, whose limit holds for them. */
export type RedisClient = ReturnType<typeof createClient>;

let model: RedisClient | undefined;

/** A copy of one that never connects: `createClient` makes a class of hundreds of commands for each address, which takes 15 ms. */
const clientOf = (url: string, connectTimeout: number): RedisClient => {
  // Without it commands wait for the connection to come back, and callers with them.
  model ??= createClient({ disableOfflineQueue: true });
  // A connection that is lost is not repaired but replaced: so nothing is left over of it.
  return model.duplicate({ url, socket: { connectTimeout, reconnectStrategy: false } });
};

/** A connection to Redis that is made anew whenever it is lost. */
export interface RedisConnection {
  /**
   * Carries a command out on the connection as it is now. Rejects with a `RedisSilenceError`, at once when there is none, and after
   * the limit when no answer came: then the command may still be carried out. Rejects with Redis's own words when it said no. The
   * store makes `INTERNAL` of all of them.
   */
  run<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Waits no longer than a moment for a Redis that does not answer. */
  close(): Promise<void>;
}

/** Which Redis, what for, and how long it may take. */
export interface RedisConnectionOptions {
  readonly url: string;
  /** What it is for, to begin a line of the log with: `The Redis of the store`. */
  readonly what: string;
  readonly log?: Log | undefined;
  /** Milliseconds of one command, and of an attempt to connect. */
  readonly limitMs?: number;
}

/** Whether Redis itself said no. https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const isReply = (error: unknown): error is Error => error instanceof Error && /^[A-Z]+ /.test(error.message);

const drop = (client: RedisClient): void => {
  if (client.isOpen) client.destroy();
};

/**
 * Connects, and looks after the connection: one that dies without a reset, as at a fail-over or behind a firewall that forgets
 * it, is found by pings and replaced. Resolves when it is there, or after two seconds without it.
 */
export const connectRedis = async (options: RedisConnectionOptions): Promise<RedisConnection> => {
  const { url, what, log, limitMs = commandLimitMs } = options;
  const stopped = new AbortController();
  const outage = createOutage({ log, what });
  const first = Promise.withResolvers<void>();
  let current: RedisClient | null = null;
  /** Set by each answer: a connection over which answers come needs no ping. */
  let answered = false;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let renew = (): void => {};

  let attempts = 0;

  const opened = async (): Promise<{ readonly client: RedisClient; readonly lost: Promise<unknown> }> => {
    const client = clientOf(url, limitMs);
    const lost = new Promise<unknown>((resolve) => {
      client.on('error', resolve);
      client.once('end', () => resolve(new Error('The connection was closed')));
      renew = () => resolve(null);
    });
    try {
      const greeted = client.connect();
      // The socket has a limit of its own; behind it a server that lives greets soon.
      await Promise.race([greeted, once(client, 'connect')]);
      await within(greeted, limitMs * (greetingLimits[attempts % greetingLimits.length] ?? 1));
      attempts = 0;
      return { client, lost };
    } catch (error) {
      attempts += 1;
      drop(client);
      throw error;
    }
  };

  /** Resolves with the reason when the connection is dead, or is lost. */
  const watched = async (client: RedisClient, lost: Promise<unknown>): Promise<unknown> => {
    const ended = new AbortController();
    const pings = async (): Promise<unknown> => {
      for (let silent = 0; ; ) {
        const limit = pingLimits[silent];
        if (limit === undefined) return new Error(`${silent} pings were not answered`);
        if (silent === 0) await sleep(limitMs / 4, undefined, { signal: ended.signal, ref: false });
        const isHeard = answered || (await within(client.ping(), limitMs * limit).then(Boolean, isReply));
        answered = false;
        silent = isHeard ? 0 : silent + 1;
      }
    };
    try {
      return await Promise.race([lost, pings()]);
    } finally {
      ended.abort();
    }
  };

  /** Why there is no connection, by the last attempt. */
  let lastFailure: unknown = null;
  const notReached = (): RedisSilenceError =>
    // Its address stands in the cause, which is for the log alone.
    new RedisSilenceError('Redis is not reached', lastFailure === null ? undefined : { cause: lastFailure });

  const keepConnected = async (): Promise<void> => {
    let pauseMs: number = reconnectMs.first;
    while (!stopped.signal.aborted) {
      try {
        const { client, lost } = await opened();
        if (stopped.signal.aborted) return drop(client);
        current = client;
        pauseMs = reconnectMs.first;
        outage.over();
        first.resolve();
        const reason = await watched(client, lost);
        current = null;
        drop(client);
        if (reason !== null && !stopped.signal.aborted) outage.failed(reason);
      } catch (error) {
        lastFailure = error;
        if (!stopped.signal.aborted) outage.failed(error);
      }
      // So that replicas do not come all at once.
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: stopped.signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, reconnectMs.most);
    }
  };

  /** After a fail-over the name leads to another server, and the connection still to the one that is a replica now. */
  const renewIfReadOnly = (error: Error): void => {
    if (redisCodeOf(error) !== 'READONLY' || performance.now() - renewedAtMs < renewEveryMs) return;
    renewedAtMs = performance.now();
    renew();
  };

  // Never rejects.
  void keepConnected();
  await within(first.promise, firstConnectionMs).catch(() => {});
  return {
    run: async (command) => {
      const client = current;
      if (client === null) throw notReached();
      try {
        const result = await within(command(client), limitMs);
        answered = true;
        return result;
      } catch (error) {
        if (isReply(error)) {
          renewIfReadOnly(error);
          throw error;
        }
        throw new RedisSilenceError('Redis did not answer', { cause: error });
      }
    },
    close: async () => {
      stopped.abort();
      const client = current;
      current = null;
      if (client !== null) {
        // What was asked for is answered in a moment, or not at all.
        if (client.isReady) await within(client.close(), limitMs / 4).catch(() => {});
        drop(client);
      }
    },
  };
};
