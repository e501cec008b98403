import { Agent, request } from 'undici';
import { type SimulatorOptions, startSimulator } from '../../../../src/simulator/index.ts';
import { record } from '../call.ts';
import { clientCredentials, textAt, tokenUrl } from '../small-simulator.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Json;
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A whole simulator over TLS and a caller of Graph with every permission that contoso's app has. */
export async function startGraph(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ now: () => new Date('2026-11-22T10:00:00.000Z'), ...options });
  const agent = new Agent({ connect: { ca: simulator.caPem } });
  const { graph } = simulator.endpoints('contoso');
  const granted = await request(tokenUrl(simulator, 'contoso'), {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(
      clientCredentials(simulator, 'contoso', 'https://graph.microsoft.com/.default'),
    ).toString(),
  });
  const token = textAt(await granted.body.json(), 'access_token');

  const ask = async (path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> => {
    const response = await request(path.startsWith('https:') ? path : graph + path, {
      dispatcher: agent,
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.statusCode, headers: response.headers, body: record(await response.body.json()) };
  };
  return {
    ask,
    origin: graph,
    world: simulator.world('contoso'),
    /** All pages of a list, following links. */
    pages: async (path: string): Promise<readonly Answer[]> => {
      const found: Answer[] = [];
      for (let next: string | null = path; next !== null && found.length < 500; ) {
        const answer: Answer = await ask(next);
        found.push(answer);
        const link: unknown = answer.body['@odata.nextLink'];
        next = typeof link === 'string' ? link : null;
      }
      return found;
    },
    stop: async () => {
      await agent.close();
      await simulator.stop();
    },
  };
}

/** The objects of a list in an answer. */
export function listOf({ body }: { readonly body: Json }, key = 'value'): readonly Json[] {
  const list = body[key];
  if (!Array.isArray(list)) throw new Error(`No list ${key} in ${JSON.stringify(body)}`);
  return list.map(record);
}

/** The message of an error in an answer. */
export function messageOf({ body }: Answer): string {
  return String(record(body.error).message);
}
