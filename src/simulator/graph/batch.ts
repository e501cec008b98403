import type { Route, SimRequest, SimResponse } from '../http/types.ts';
import { graphError } from './error.ts';
import { GraphFault } from './fault.ts';
import { published, versionOf } from './route.ts';
import { objectBody, texts } from './update.ts';

/** https://learn.microsoft.com/graph/json-batching#batch-size-limitations */
const mostParts = 20;
const methods: readonly string[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

interface Part {
  readonly id: string;
  readonly method: string;
  /** Relative, without a version. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

function malformed(message: string): GraphFault {
  return new GraphFault('BadRequest', message);
}

function readParts(body: unknown): readonly Part[] {
  const { requests } = objectBody(body);
  if (!Array.isArray(requests) || requests.length === 0) throw malformed("The property 'requests' is required.");
  if (requests.length > mostParts)
    throw malformed(`A batch has at most ${mostParts} requests, this one ${requests.length}.`);
  const parts = requests.map((request: unknown) => readPart(request));
  const ids = parts.map(({ id }) => id.toLowerCase());
  if (new Set(ids).size < ids.length) throw malformed('The ids of the requests have to be unique.');
  // A part may only wait for earlier ones: this rules out circles too.
  parts.forEach(({ id, dependsOn }, place) => {
    const missing = dependsOn.find((other) => !ids.slice(0, place).includes(other.toLowerCase()));
    if (missing !== undefined) throw malformed(`Request ${id} depends on ${missing}, which is not before it.`);
  });
  return parts;
}

function readPart(value: unknown): Part {
  const part = objectBody(value);
  const { id, url, body } = part;
  const method = typeof part.method === 'string' ? part.method.toUpperCase() : '';
  if (typeof id !== 'string' || id === '') throw malformed('Every request needs an id.');
  if (!methods.includes(method)) throw malformed(`Request ${id} has no valid method.`);
  if (typeof url !== 'string' || /^[a-z]+:/i.test(url) || url.startsWith('//')) {
    throw malformed(`The url of request ${id} has to be relative.`);
  }
  const headers = readHeaders(part.headers, id);
  const typed = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  if (body !== undefined && !typed) throw malformed(`Request ${id} has a body and needs a Content-Type.`);
  const dependsOn = texts(part, 'dependsOn') ?? [];
  return { id, method, url: url.startsWith('/') ? url : `/${url}`, headers, body, dependsOn };
}

function readHeaders(value: unknown, id: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(objectBody(value)).map(([name, text]) => {
    if (typeof text !== 'string') throw malformed(`The header ${name} of request ${id} is not text.`);
    return [name, text] as const;
  });
  return Object.fromEntries(entries);
}

/** `retry-after` to `Retry-After`, as Graph prints the headers of parts. */
function titled(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

function answerOf(id: string, { status, headers = {}, body }: SimResponse) {
  const spelled = Object.fromEntries(Object.entries(headers).map(([name, text]) => [titled(name), text]));
  return { id, status, headers: spelled, ...(body === undefined ? {} : { body }) };
}

/** Runs a part unless one it depends on failed; a batch within a batch is refused. */
async function runPart(request: SimRequest, part: Part, earlier: ReadonlyMap<string, Promise<SimResponse>>) {
  const needed = await Promise.all(part.dependsOn.map((id) => earlier.get(id.toLowerCase())));
  if (needed.some((answer) => answer !== undefined && answer.status >= 400)) {
    return graphError(424, 'FailedDependency', 'A request that this one depends on has failed.');
  }
  if (/^\/\$batch(?:$|[/?])/i.test(part.url)) return graphError(400, 'BadRequest', 'A batch cannot hold a batch.');
  if (request.dispatch === undefined) throw new Error('A batch needs a host that runs its parts');
  return request.dispatch({ ...part, url: versionOf(request) + part.url });
}

/** Whether the oddity `batchPartsMissing` loses the answer of a part: every fifth GET, but no question twice. */
function isLost({ oddities }: SimRequest, part: Part | undefined): boolean {
  if (!oddities.values.batchPartsMissing || part?.method !== 'GET') return false;
  return oddities.turn('batchParts') % 5 === 0 && oddities.turn(`batchParts ${part.method} ${part.url}`) === 1;
}

/**
 * JSON batching. Each part is authorised and throttled alone, and the outer answer is 200 whatever the parts say. Answers
 * come last first: clients have to match them by id. https://learn.microsoft.com/graph/json-batching
 */
export function batchRoutes(): readonly Route[] {
  return published({
    id: 'graph.batch',
    method: 'POST',
    path: '/$batch',
    anyOf: [],
    quota: { perMinute: null, perHour: null },
    handle: async (request) => {
      const running = new Map<string, Promise<SimResponse>>();
      const parts = readParts(request.body);
      const answers = parts.map(async (part) => {
        const answer = runPart(request, part, running);
        running.set(part.id.toLowerCase(), answer);
        return answerOf(part.id, await answer);
      });
      const responses = (await Promise.all(answers)).filter((_, place) => !isLost(request, parts[place]));
      return { status: 200, body: { responses: responses.toReversed() } };
    },
  });
}
