import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How one request ended: null, or why it failed for its caller. */
export type Failure = string | null;

/** A load balancer as simple as there are: in turn, by `/readyz` alone, and nothing is ever tried again. */
export interface Balancer {
  /** Sends a question to the next replica that was ready when it was last asked. */
  ask(query: string): Promise<Failure>;
  stop(): Promise<void>;
}

/** Milliseconds between two looks at a replica, and for which its answer is waited for. */
const checks = { everyMs: 500, limitMs: 2000 };

/** Milliseconds after which a caller gives up. */
const patienceMs = 10_000;

const send = (
  url: string,
  { agent, body, limitMs }: { readonly agent?: Agent; readonly body?: string; readonly limitMs: number },
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(limitMs),
        ...(agent === undefined ? {} : { agent }),
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

/** In front of the replicas at `urls`, with `connections` kept open in all. */
export const startBalancer = async (urls: readonly string[], connections: number): Promise<Balancer> => {
  const stopped = new AbortController();
  const replicas = urls.map((url) => ({
    url,
    ready: false,
    agent: new Agent({ keepAlive: true, maxSockets: connections }),
  }));
  const look = async (replica: (typeof replicas)[number]): Promise<void> => {
    replica.ready = await send(`${replica.url}/readyz`, { limitMs: checks.limitMs }).then(
      ({ status }) => status === 200,
      () => false,
    );
  };
  await Promise.all(replicas.map(look));
  const looking = replicas.map(async (replica) => {
    while (!stopped.signal.aborted) {
      await sleep(checks.everyMs, undefined, { signal: stopped.signal }).catch(() => {});
      await look(replica);
    }
  });
  let turn = 0;
  return {
    ask: async (query) => {
      const ready = replicas.filter((replica) => replica.ready);
      turn += 1;
      const chosen = ready[turn % ready.length];
      if (chosen === undefined) return 'no replica is ready';
      try {
        const body = JSON.stringify({ query });
        const { status, text } = await send(`${chosen.url}/graphql`, {
          agent: chosen.agent,
          body,
          limitMs: patienceMs,
        });
        return status === 200 && !/"errors"|"code"/.test(text) ? null : `${status}: ${text.slice(0, 200)}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    stop: async () => {
      stopped.abort();
      await Promise.all(looking);
      for (const { agent } of replicas) agent.destroy();
    },
  };
};
