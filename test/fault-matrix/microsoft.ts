import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'undici';
import { type ApiName, apiNames } from '../../src/clouds/endpoints.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { createLookout, isAnswered, type KillPoint, momentNow, type NotedStep } from './steps.ts';

/** A call that does something, as Microsoft's side carried it out. */
export interface CarriedOut {
  /** e.g. `mde POST isolate`. */
  readonly name: string;
  /** Its address and body, which have the target's id. */
  readonly text: string;
  readonly status: number;
  /** Whether the process that was killed asked for it. */
  readonly byVictim: boolean;
}

/** Stands before the simulator: sees every call of the gateways of one cell. */
export interface Microsoft {
  /** Origins for the settings of tenants. */
  readonly endpoints: Readonly<Record<ApiName, string>>;
  readonly steps: readonly NotedStep[];
  readonly carriedOut: readonly CarriedOut[];
  /** The call at which the process was killed; null: at none. */
  killed(): string | null;
  /** Carries out what was held back (`doneLater`). */
  deliver(): Promise<void>;
  stop(): Promise<void>;
}

export interface MicrosoftOptions {
  readonly simulator: Simulator;
  /** A tenant of the cloud. */
  readonly tenant: string;
  readonly point: KillPoint | null;
  /** Resolves when the process is dead; until then who calls is that process, if any is killed. */
  readonly kill: () => Promise<void>;
  readonly isVictimDead: () => boolean;
  /** Whether reads fail now. */
  readonly isBlind?: () => boolean;
}

interface Call {
  readonly api: ApiName;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const passedHeaders = ['authorization', 'content-type', 'accept', 'client-request-id', 'prefer'];

const readCall = async (api: ApiName, message: IncomingMessage): Promise<Call> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const headers = passedHeaders.flatMap((name) => {
    const value = message.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return {
    api,
    path: message.url ?? '/',
    method: message.method ?? 'GET',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
};

/** What a call does, e.g. `mde POST isolate`; null for a read: ids and hunting are asked by a POST too. */
const nameOf = ({ api, method, path }: Call): string | null => {
  const parts = (path.split('?')[0] ?? '').split('/');
  const last = parts.at(-1) ?? '';
  if (method === 'GET' || last === '$batch' || last === 'runHuntingQuery') return null;
  return `${api} ${method} ${method === 'POST' ? last : (parts.at(-2) ?? '')}`;
};

const serverError = JSON.stringify({ error: { code: 'InternalServerError', message: 'Try again later' } });

const methods = { GET: 'GET', POST: 'POST', PATCH: 'PATCH', DELETE: 'DELETE' } as const;
const isKnown = (method: string): method is keyof typeof methods => Object.hasOwn(methods, method);

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
};

export const startMicrosoft = async (options: MicrosoftOptions): Promise<Microsoft> => {
  const { simulator, tenant, point, kill, isVictimDead, isBlind = () => false } = options;
  const agent = new Agent({ connect: { ca: simulator.caPem } });
  const isIt = createLookout(point);
  const steps: NotedStep[] = [];
  const carriedOut: CarriedOut[] = [];
  let killed: string | null = null;
  let late: Call | null = null;

  const carryOut = async (call: Call, byVictim: boolean) => {
    const { method, path, headers, body } = call;
    if (!isKnown(method)) throw new Error(`Nobody thought of ${method}`);
    const answer = await send(`${simulator.endpoints(tenant)[call.api]}${path}`, {
      dispatcher: agent,
      method: methods[method],
      headers,
      ...(body.length === 0 ? {} : { body }),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const name = nameOf(call);
    if (name !== null)
      carriedOut.push({ name, text: `${path} ${body.toString('utf8')}`, status: answer.statusCode, byVictim });
    return { status: answer.statusCode, type: answer.headers['content-type'], bytes };
  };

  const answer = async (call: Call, response: ServerResponse): Promise<void> => {
    const name = nameOf(call);
    if (name !== null) steps.push({ kind: 'send', name, tearable: false, at: momentNow() });
    if (name === null && isBlind()) {
      // Not a 500: breakers count real time, of which little passes in a cell.
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"value":[{"id":');
      return;
    }
    if (name === null || !isIt(name)) {
      const { status, type, bytes } = await carryOut(call, !isVictimDead());
      response.writeHead(status, typeof type === 'string' ? { 'content-type': type } : {}).end(bytes);
      return;
    }
    killed = name;
    if (point?.moment === 'done' || (point !== null && isAnswered(point))) await carryOut(call, true);
    if (point?.moment === 'doneLater') late = call;
    if (point?.moment === 'unavailable') {
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' }).end(serverError);
      return;
    }
    if (point?.moment !== 'reset') await kill();
    response.destroy();
  };

  const servers = new Map<ApiName, Server>();
  for (const api of apiNames) {
    const server = createServer((message, response) => {
      readCall(api, message)
        .then((call) => answer(call, response))
        // The simulator is gone: the cell is over.
        .catch(() => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.set(api, server);
  }
  const originOf = (api: ApiName): string => {
    const server = servers.get(api);
    return server === undefined ? '' : `http://127.0.0.1:${portOf(server)}`;
  };

  return {
    endpoints: { graph: originOf('graph'), m365d: originOf('m365d'), mde: originOf('mde') },
    steps,
    carriedOut,
    killed: () => killed,
    deliver: async () => {
      const call = late;
      late = null;
      if (call !== null) await carryOut(call, true);
    },
    stop: async () => {
      for (const server of servers.values()) {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }
      await agent.close();
    },
  };
};
