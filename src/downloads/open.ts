import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { asError, GatewayError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { checkDownload } from './hosts.ts';

/** Read to its end, or destroyed. */
type Body = AsyncIterable<Buffer> & { destroy(): unknown };

/** Opens an address, as `HttpClient.open` does; no credential goes along. */
export type Open = (
  url: string,
  init: { readonly method: string; readonly signal?: AbortSignal },
) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}>;

/**
 * What stands behind a link, chunk by chunk, at the pace of the reader. Throws an `UpstreamError` that never names the link
 * when it cannot be had, also in the middle; the signal's reason when that fires.
 */
export type OpenFile = (tenant: Tenant, link: string, scope: CallScope) => Promise<AsyncGenerator<Buffer, void>>;

/** Storage answers with the file itself; a few steps aside are enough for a host that moves its files. */
const maxRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export const createOpenFile = ({
  open,
  downloadHosts,
  clock,
  operation,
  idleMs = Number.POSITIVE_INFINITY,
}: {
  readonly open: Open;
  /** Hosts besides Microsoft's storage. */
  readonly downloadHosts: readonly string[];
  readonly clock: Clock;
  /** As `extensions.gateway` names it. */
  readonly operation: string;
  /** Milliseconds in which the storage may give nothing while it is waited for; by default as long as who reads waits. */
  readonly idleMs?: number;
}): OpenFile => {
  /** What the storage gives next; throws `late` when it gives nothing. */
  const heard = async <T>(next: Promise<T>, late: () => Error): Promise<T> => {
    if (!Number.isFinite(idleMs)) return next;
    const done = new AbortController();
    // What nobody waits for any more fails with its connection.
    next.catch(() => {});
    const silent = clock.sleep(idleMs, done.signal).then((): never => {
      throw late();
    });
    try {
      return await Promise.race([next, silent]);
    } finally {
      silent.catch(() => {});
      done.abort();
    }
  };

  /** The answer at the end of all redirects, each of which has to lead to a host that files may be fetched from. */
  const follow = async (tenant: Tenant, link: string, signal: AbortSignal) => {
    let url = link;
    for (let step = 0; ; step += 1) {
      checkDownload(url, tenant, downloadHosts);
      const answer = await open(url, { method: 'GET', signal });
      const { location } = answer.headers;
      if (!redirects.has(answer.status) || location === undefined || !URL.canParse(location, url)) return answer;
      answer.body.destroy();
      if (step === maxRedirects) return answer;
      url = new URL(location, url).href;
    }
  };

  return async (tenant, link, scope) => {
    const details = { tenant: tenant.name, api: 'mde' };
    const failed = (message: string, thrown: unknown): unknown => {
      if (scope.signal.aborted) return scope.signal.reason;
      return thrown instanceof GatewayError
        ? thrown
        : new UpstreamError('UPSTREAM_UNAVAILABLE', message, details, asError(thrown));
    };
    const late = (): UpstreamError =>
      new UpstreamError(
        'UPSTREAM_TIMEOUT',
        `The storage of Defender gave nothing of the file for ${idleMs / 1000} seconds`,
        details,
      );
    const over = new AbortController();
    scope.spend();
    const started = clock.now();
    let outcome = 'none';
    try {
      const opened = follow(tenant, link, AbortSignal.any([scope.signal, over.signal]));
      const { status, body } = await heard(opened, late).catch((thrown: unknown) => {
        over.abort(thrown);
        throw thrown;
      });
      outcome = String(status);
      if (status === 200)
        return chunksOf(
          body,
          (next) => heard(next, late),
          (thrown) => failed('The file broke off on its way from the storage of Defender', thrown),
        );
      body.destroy();
      throw new UpstreamError('UPSTREAM_UNAVAILABLE', `The storage of Defender does not give the file (${status})`, {
        ...details,
        upstreamStatus: status,
      });
    } catch (thrown) {
      throw failed('The storage of Defender could not be reached', thrown);
    } finally {
      scope.record({
        tenant: tenant.name,
        api: 'mde',
        operation,
        outcome,
        elapsedMs: clock.now() - started,
        waitedMs: 0,
        coalesced: false,
      });
    }
  };
};

/** The chunks of a stream, which is destroyed when nobody reads on. */
async function* chunksOf(
  body: Body,
  heard: <T>(next: Promise<T>) => Promise<T>,
  failed: (thrown: unknown) => unknown,
): AsyncGenerator<Buffer, void> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await heard(chunks.next());
      if (done === true) return;
      yield value;
    }
  } catch (thrown) {
    throw failed(thrown);
  } finally {
    body.destroy();
  }
}
