import { Agent, FormData, request } from 'undici';
import { type SimulatorOptions, startSimulator } from '../../../../src/simulator/index.ts';
import { record } from '../call.ts';
import { type Answer, clientCredentials, textAt, tokenUrl } from '../small-simulator.ts';

/** The APIs and the scope of a token for each. */
const scopes = {
  mde: 'https://api.securitycenter.microsoft.com/.default',
  m365d: 'https://api.security.microsoft.com/.default',
  graph: 'https://graph.microsoft.com/.default',
} as const;

type Api = keyof typeof scopes;

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Ask {
  readonly method?: Method;
  /** Sent as JSON; a form as `multipart/form-data`. */
  readonly body?: unknown;
}

const parsed = (text: string): unknown => {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
};

/** The whole simulator with a caller of each API in contoso, who has every permission. */
export async function startOdd(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({
    now: () => new Date('2026-11-22T10:00:00.000Z'),
    enforceQuotas: false,
    ...options,
  });
  const agent = new Agent({ connect: { ca: simulator.caPem } });
  const send = async (
    url: string,
    method: Method,
    headers: Record<string, string>,
    body?: string | FormData,
  ): Promise<Answer> => {
    const response = await request(url, {
      dispatcher: agent,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
  };
  const signIn = (api: Api, tenant = 'contoso'): Promise<Answer> => {
    const form = new URLSearchParams(clientCredentials(simulator, tenant, scopes[api])).toString();
    return send(tokenUrl(simulator, tenant), 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, form);
  };
  const tokens = new Map<Api, string>();
  const tokenOf = async (api: Api): Promise<string> => {
    const token = tokens.get(api) ?? textAt((await signIn(api)).json, 'access_token');
    tokens.set(api, token);
    return token;
  };
  return {
    simulator,
    world: simulator.world('contoso'),
    signIn,
    send,
    origin: (api: Api) => simulator.endpoints('contoso')[api],
    ask: async (api: Api, path: string, { method = 'GET', body }: Ask = {}): Promise<Answer> => {
      const authorization = `Bearer ${await tokenOf(api)}`;
      const url = simulator.endpoints('contoso')[api] + path;
      if (body instanceof FormData) return send(url, method, { authorization }, body);
      const text = body === undefined ? undefined : JSON.stringify(body);
      return send(url, method, { authorization, 'content-type': 'application/json' }, text);
    },
    /** What a signed link gives, read piece by piece: how long it is, and its first and last bytes. */
    download: async (url: string) => {
      const { statusCode, headers, body } = await request(url, { dispatcher: agent });
      let bytes = 0;
      let head = Buffer.alloc(0);
      let tail = Buffer.alloc(0);
      for await (const chunk of body) {
        const piece = Buffer.from(chunk);
        if (bytes === 0) head = Buffer.from(piece.subarray(0, 4));
        bytes += piece.length;
        tail = Buffer.concat([tail, piece]).subarray(-22);
      }
      return { status: statusCode, announced: Number(headers['content-length']), bytes, head, tail };
    },
    stop: async () => {
      await agent.close();
      await simulator.stop();
    },
  };
}

/** The rows of an answer. */
export function rowsOf(answer: Answer, key = 'value'): readonly Readonly<Record<string, unknown>>[] {
  const list = record(answer.json)[key];
  if (!Array.isArray(list)) throw new Error(`No list ${key} in ${answer.text.slice(0, 300)}`);
  return list.map(record);
}

/** Ids of the rows of an answer. */
export const idsOf = (answer: Answer): readonly unknown[] => rowsOf(answer).map(({ id }) => id);

/** Code and message of an error. */
export const errorOf = (answer: Answer) => ({
  status: answer.status,
  code: textAt(answer.json, 'error', 'code'),
  message: textAt(answer.json, 'error', 'message'),
});
