import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { createTlsMaterial } from '../../../src/simulator/tls/authority.ts';

/** How often each thing was asked: `GET /api/machines`, `token https://graph.microsoft.com/.default`. */
export type CallCounts = Readonly<Record<string, number>>;

/** Answers once given by the simulator, given again from memory: the upstream must not be what is measured. */
export interface Recorder {
  readonly caPem: string;
  /** Opens a listener in front of one origin of the simulator. */
  open(origin: string): Promise<string>;
  /** Calls since the last look. */
  takeCounts(): CallCounts;
  /** Answers by `POST /path` that never came from the simulator. */
  readonly prepared: Map<string, Buffer>;
  /** From now on answers come so many milliseconds later. */
  delay(ms: number): void;
  /** Which rows of a list are others than in the answer before, by a time that nobody asks for. */
  vary(rows: VariedRows): void;
}

const readAll = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const isPort = (address: AddressInfo | string | null): address is AddressInfo =>
  address !== null && typeof address !== 'string';

interface Recorded {
  readonly status: number;
  readonly body: Buffer;
}

/** Tokens are never replayed: how many are asked for is counted by scope. */
const nameOf = (method: string, url: string, body: Buffer): string => {
  const path = url.split('?')[0] ?? '';
  if (path.endsWith('/oauth2/v2.0/token')) return `token ${new URLSearchParams(body.toString()).get('scope')}`;
  return `${method} ${path}`;
};

const listBegin = Buffer.from('{"value":[');
const comma = Buffer.from(',');
const listEnd = Buffer.from(']}');

type VariedRows = 'none' | 'one' | 'all';

const timeOfRow = {
  one: /("(?:firstActivityDateTime|firstSeen)":"[^"]*)\dZ"/,
  all: /("(?:firstActivityDateTime|firstSeen)":"[^"]*)\dZ"/g,
};
const variants = new Map<string, WeakMap<Buffer, Buffer>>();

/** The answer with another last digit in such times, made once. */
const variantOf = (json: Buffer, rows: 'one' | 'all', digit: number): Buffer => {
  const ofRows = variants.get(`${rows} ${digit}`) ?? new WeakMap<Buffer, Buffer>();
  variants.set(`${rows} ${digit}`, ofRows);
  const made = ofRows.get(json) ?? Buffer.from(json.toString().replace(timeOfRow[rows], `$1${digit}Z"`));
  ofRows.set(json, made);
  return made;
};

/** `simulatorCaPem`: what the simulator is trusted by. */
export const createRecorder = (simulatorCaPem: string): Recorder => {
  const agent = new Agent({ connect: { ca: simulatorCaPem } });
  const tls = createTlsMaterial(['localhost', '127.0.0.1']);
  const recorded = new Map<string, Recorded>();
  const prepared = new Map<string, Buffer>();
  const fronts = new Map<string, string>();
  let counts: Record<string, number> = {};
  let delayMs = 0;
  let varied: VariedRows = 'none';
  let answers = 0;

  const askSimulator = async (origin: string, incoming: IncomingMessage, body: Buffer): Promise<Recorded> => {
    const { authorization = '', 'content-type': contentType = 'application/json', prefer = '' } = incoming.headers;
    const answer = await request(`${origin}${incoming.url}`, {
      dispatcher: agent,
      method: incoming.method ?? 'GET',
      headers: { authorization, prefer, ...(body.length === 0 ? {} : { 'content-type': contentType }) },
      ...(body.length === 0 ? {} : { body }),
    });
    let text = await answer.body.text();
    // Links of the answer must lead back here.
    for (const [real, front] of fronts) text = text.replaceAll(real, front);
    return { status: answer.statusCode, body: Buffer.from(text) };
  };

  /** A list of some by their ids, of which each was answered alone. */
  const someOf = (origin: string, url: string): Recorded | undefined => {
    const [path, query = ''] = url.split('?');
    const [, list] = /^id in \(([^)]*)\)$/.exec(new URLSearchParams(query).get('$filter') ?? '') ?? [];
    const rows = list?.split(',').map((id) => recorded.get(`${origin}${path}/${id.slice(1, -1)}`)?.body);
    if (rows === undefined || !rows.every((row) => row !== undefined)) return undefined;
    const commas = rows.flatMap((row, index) => (index === 0 ? [row] : [comma, row]));
    return { status: 200, body: Buffer.concat([listBegin, ...commas, listEnd]) };
  };

  const answerOf = async (origin: string, incoming: IncomingMessage): Promise<Recorded> => {
    const body = await readAll(incoming);
    const { method = 'GET', url = '/' } = incoming;
    const name = nameOf(method, url, body);
    counts[name] = (counts[name] ?? 0) + 1;
    if (delayMs > 0) await setTimeout(delayMs);
    const ready = prepared.get(name);
    if (ready !== undefined) return { status: 200, body: ready };
    if (method !== 'GET') return askSimulator(origin, incoming, body);
    const key = `${origin}${url}`;
    const known = recorded.get(key) ?? someOf(origin, url);
    if (known !== undefined) return known;
    const answer = await askSimulator(origin, incoming, body);
    if (answer.status === 200) recorded.set(key, answer);
    return answer;
  };

  return {
    caPem: tls.caPem,
    prepared,
    delay: (ms) => {
      delayMs = ms;
    },
    vary: (rows) => {
      varied = rows;
    },
    open: async (origin) => {
      const known = fronts.get(origin);
      if (known !== undefined) return known;
      const server = createServer({ cert: tls.certificatePem, key: tls.privateKeyPem }, (incoming, response) => {
        answerOf(origin, incoming).then(
          ({ status, body: json }) => {
            answers += 1;
            const body = varied === 'none' ? json : variantOf(json, varied, answers % 10);
            response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
            response.end(body);
          },
          (error: unknown) => response.writeHead(502).end(String(error)),
        );
      });
      server.keepAliveTimeout = 60_000;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (!isPort(address)) throw new Error('No port for the recorder');
      const front = `https://localhost:${address.port}`;
      fronts.set(origin, front);
      return front;
    },
    takeCounts: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
};
