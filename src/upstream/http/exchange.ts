import type { Clock } from '../../clock.ts';
import type { AccessToken } from '../../identity/access-token.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Http, HttpAnswer } from './agent.ts';
import { type Call, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';
import { encodeForm } from './form.ts';
import type { Operation } from './operation.ts';

export interface ExchangeParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds that one exchange may take. */
  readonly timeouts: { readonly normal: number; readonly hunting: number };
}

/** One HTTP exchange with a token and a deadline; any status is an answer. */
export type Exchange = (call: Call, token: AccessToken) => Promise<HttpAnswer>;

const bodyOf = async ({
  body,
  form,
}: Pick<Operation<unknown>, 'body' | 'form'>): Promise<{ type: string; bytes: string | Uint8Array } | null> => {
  if (form !== undefined) return encodeForm(form);
  return body === undefined ? null : { type: 'application/json; charset=utf-8', bytes: JSON.stringify(body) };
};

/** The exchange, which is counted and logged whatever its end. */
export const createExchange =
  ({ http, clock, log, metrics, timeouts }: ExchangeParts): Exchange =>
  async (call, token) => {
    const { tenant, operation, url, scope } = call;
    // A file takes as long as it takes.
    const most = operation.form === undefined ? timeouts[operation.pace ?? 'normal'] : Infinity;
    const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(Math.min(most, scope.deadline - clock.now()))));
    const started = clock.now();
    let outcome = 'none';
    try {
      const sent = await bodyOf(operation);
      const answer = await http(url, {
        method: operation.method,
        headers: {
          accept: 'application/json',
          'client-request-id': scope.requestId,
          ...operation.headers,
          ...(sent === null ? {} : { 'content-type': sent.type }),
          authorization: `Bearer ${token.value}`,
        },
        ...(sent === null ? {} : { body: sent.bytes }),
        signal: AbortSignal.any([scope.signal, timeout]),
      });
      outcome = String(answer.status);
      return answer;
    } catch (thrown) {
      scope.signal.throwIfAborted();
      const error = failureWithoutAnswer(placeOf(call), thrown, timeout.aborted);
      outcome = error.code;
      throw error;
    } finally {
      const elapsedMs = clock.now() - started;
      metrics.upstreamCall({ api: operation.api, operation: operation.id, outcome, seconds: elapsedMs / 1000 });
      log.debug('upstream call', {
        tenant: tenant.name,
        operation: operation.id,
        outcome,
        elapsedMs,
        requestId: scope.requestId,
      });
    }
  };
