import type { Clock } from '../clock.ts';
import { noProxy, type ProxySettings, proxyFor } from '../clouds/proxy.ts';
import { whyUnreachable } from '../clouds/unreachable.ts';
import { systemCodeOf } from '../system-code.ts';
import type { Http } from '../upstream/http/http.ts';

/** Whether a host answers, and what its clock says. */
export interface HostState {
  /** Host and port. */
  readonly host: string;
  /** The proxy on the way; `null`: none. */
  readonly proxy: string | null;
  readonly reached: boolean;
  /** Seconds that its clock is ahead of ours; `null` when it did not say. */
  readonly clockSkewSeconds: number | null;
  /** What is wrong, for an operator; `null`: nothing. */
  readonly problem: string | null;
}

/** A reply that takes longer is as good as none. */
const timeoutMs = 10_000;

/** Entra and the APIs refuse tokens whose times are further off. */
const tolerableSkewSeconds = 300;

const skewProblem = (host: string, seconds: number): string | null =>
  Math.abs(seconds) <= tolerableSkewSeconds
    ? null
    : `the clock here is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'behind' : 'ahead of'} that of ${host}: set it, or tokens are refused`;

interface ReachParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Those that `http` goes by, to be told; absent: none. */
  readonly proxies?: ProxySettings | undefined;
}

/** One call without a credential; any answer, a refusal too, means that name, network and TLS are in order. */
export const reach = async (
  origin: string,
  { http, clock, signal, proxies = noProxy }: ReachParts,
): Promise<HostState> => {
  const url = new URL(origin);
  const { host } = url;
  const proxy = proxyFor(proxies, url)?.shown ?? null;
  const started = clock.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { headers } = await http(`${origin}/`, { method: 'GET', signal: AbortSignal.any([signal, timeout]) });
    const atMs = Date.parse(headers.date ?? '');
    // The header is in whole seconds, cut off: half a second is added.
    const skew = Number.isNaN(atMs) ? null : Math.round((atMs + 500 - (started + clock.now()) / 2) / 1000);
    return {
      host,
      proxy,
      reached: true,
      clockSkewSeconds: skew,
      problem: skew === null ? null : skewProblem(host, skew),
    };
  } catch (thrown) {
    signal.throwIfAborted();
    const cause = thrown instanceof Error && systemCodeOf(thrown) === '' ? thrown.cause : thrown;
    const why = timeout.aborted ? ` (no answer in ${timeoutMs / 1000} seconds)` : whyUnreachable(cause);
    return { host, proxy, reached: false, clockSkewSeconds: null, problem: `${host} is not reached${why}` };
  }
};
