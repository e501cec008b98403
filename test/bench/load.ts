import { Agent, request } from 'undici';

/** Sends one request and gives the body back. */
export type Ask = () => Promise<string>;

/** Its own pool, with more connections than there are ever callers: no request waits for another's. */
const agent = new Agent({ connections: 2000, pipelining: 1, headersTimeout: 120_000, bodyTimeout: 120_000 });

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  /** How old an answer may be; by default a cache of answers would make this a measure of nothing. */
  readonly cacheControl?: string;
}

const textOf = async (url: string, options: Sent) => {
  const { statusCode, body } = await request(url, {
    dispatcher: agent,
    method: options.method,
    headers: { 'content-type': 'application/json', 'cache-control': options.cacheControl ?? 'no-cache' },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${text.slice(0, 300)}`);
  return text;
};

/** A GET of `url`. */
export const get =
  (url: string): Ask =>
  () =>
    textOf(url, { method: 'GET' });

/** A query to the gateway at `url`. */
export const graphql = (
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  cacheControl = 'no-cache',
): Ask => {
  const body = JSON.stringify({ query, variables });
  return () => textOf(`${url}/graphql`, { method: 'POST', body, cacheControl });
};

/** One of these after the other, and the first one again. */
export const inTurn = (asks: readonly Ask[]): Ask => {
  let next = 0;
  return () => {
    const ask = asks[next % asks.length];
    next += 1;
    return ask === undefined ? Promise.reject(new Error('There is nothing to ask')) : ask();
  };
};

/** Ends the idle connections, which would keep the benchmark running. */
export const closeConnections = (): Promise<void> => agent.destroy();

/** Sends `count` requests, `parallel` at a time; milliseconds that each took. */
export const runLoad = async (ask: Ask, count: number, parallel: number): Promise<number[]> => {
  const latencies: number[] = [];
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const startedMs = performance.now();
      await ask();
      latencies.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return latencies;
};

/** The value below which this share of `values` lies. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
