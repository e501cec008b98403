import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'undici';
import type { ApiName } from '../../src/clouds/endpoints.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { createLookout, isAnswered, type KillPoint, momentNow, type NotedStep } from './steps.ts';
import type { Victim } from './victim-process.ts';

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

type Origins = Readonly<Record<ApiName, string>>;

/** Stands before the simulator: sees every call of the gateways of one cell. */
export interface Microsoft {
  /** Origins for the settings of the tenants of gateways that nobody kills. */
  readonly endpoints: Origins;
  /** The same for the one that is killed. */
  readonly victimEndpoints: Origins;
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
  readonly victim: Victim;
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
  const { simulator, tenant, point, victim, isBlind = () => false } = options;
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

  /** Of what is asked by a gateway that was halted nothing arrives. */
  const hold = async (response: ServerResponse): Promise<void> => {
    await victim.died;
    response.destroy();
  };

  const pass = async (call: Call, byVictim: boolean, response: ServerResponse): Promise<void> => {
    const { status, type, bytes } = await carryOut(call, byVictim);
    response.writeHead(status, typeof type === 'string' ? { 'content-type': type } : {}).end(bytes);
  };

  const answer = async (call: Call, response: ServerResponse): Promise<void> => {
    if (nameOf(call) !== null || !isBlind()) return pass(call, false, response);
    // Not a 500: breakers count real time, of which little passes in a cell.
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"value":[{"id":');
  };

  const answerVictim = async (call: Call, response: ServerResponse): Promise<void> => {
    const name = nameOf(call);
    if (name === null) return pass(call, true, response);
    if (await victim.look()) return hold(response);
    steps.push({ kind: 'send', name, tearable: false, at: momentNow() });
    if (point === null || !isIt(name)) return pass(call, true, response);
    killed = name;
    if (point.moment === 'done' || isAnswered(point)) await carryOut(call, true);
    if (point.moment === 'doneLater') late = call;
    if (point.moment === 'unavailable') {
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' }).end(serverError);
      return;
    }
    if (point.moment === 'reset') return void response.destroy();
    await victim.halt();
    await hold(response);
  };

  const servers: Server[] = [];
  const serve = async (api: ApiName, by: typeof answer): Promise<string> => {
    const server = createServer((message, response) => {
      readCall(api, message)
        .then((call) => by(call, response))
        // The simulator is gone: the cell is over.
        .catch(() => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return `http://127.0.0.1:${portOf(server)}`;
  };
  const serveAll = async (by: typeof answer): Promise<Origins> => ({
    graph: await serve('graph', by),
    m365d: await serve('m365d', by),
    mde: await serve('mde', by),
  });

  return {
    endpoints: await serveAll(answer),
    victimEndpoints: await serveAll(answerVictim),
    steps,
    carriedOut,
    killed: () => killed,
    deliver: async () => {
      const call = late;
      late = null;
      if (call !== null) await carryOut(call, true);
    },
    stop: async () => {
      for (const server of servers) {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }
      await agent.close();
    },
  };
};
