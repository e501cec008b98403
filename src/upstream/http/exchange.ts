import type { Clock } from '../../clock.ts';
import { usualAnswerBytes } from '../../clouds/call-bounds.ts';
import { wasLateAtProxy } from '../../clouds/unreachable.ts';
import type { AccessToken } from '../../identity/access-token.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { type TimeLimit, timeFor, timeLimit } from '../../scope/time-left.ts';
import { type Call, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';
import { encodeForm } from './form.ts';
import type { Http, HttpAnswer } from './http.ts';
import { NoRoomError } from './large-answers.ts';
import { wasNotTaken } from './not-taken.ts';
import type { Operation } from './operation.ts';

/** By what an exchange is made, and how long and large it may be. */
export interface ExchangeParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds that one exchange may take. */
  readonly timeouts: { readonly normal: number; readonly hunting: number };
  /** Bytes of one answer; by default 32 MiB, of hunting 128 MiB, as `limits.answerBytes` and `limits.huntingAnswerBytes` are. */
  readonly maxBytes?: { readonly normal: number; readonly hunting: number };
}

/** One HTTP exchange with a token and a deadline; any status is an answer. */
export type Exchange = (call: Call, token: AccessToken) => Promise<HttpAnswer>;

const bodyOf = ({
  body,
  form,
}: Pick<Operation<unknown>, 'body' | 'form'>): { type: string; bytes: string | Uint8Array } | null => {
  if (form !== undefined) return encodeForm(form);
  return body === undefined ? null : { type: 'application/json; charset=utf-8', bytes: JSON.stringify(body) };
};

/**
 * Milliseconds that an exchange may take, connecting included. A read ends before the request does, so that what others
 * answered is not lost with it, and shares the time of its tenant. An action gets all the time that its request has.
 */
const limitOf = ({ tenant, operation, scope }: Call, timeouts: ExchangeParts['timeouts'], nowMs: number): TimeLimit => {
  // A file takes as long as it takes.
  const pace = operation.form === undefined ? timeouts[operation.pace ?? 'normal'] : Infinity;
  const late = operation.repeatable ? scope.lateness?.timeoutFor(tenant.name, operation.api, pace) : undefined;
  const most = late ?? pace;
  // One with more time may join.
  const leftMs = (): number => Math.min(most, timeFor(scope, operation.repeatable, nowMs));
  return timeLimit(leftMs(), () => nowMs + leftMs(), scope.signal);
};

/** The exchange, which is counted and logged whatever its end. */
export const createExchange =
  ({ http, clock, log, metrics, timeouts, maxBytes = usualAnswerBytes }: ExchangeParts): Exchange =>
  async (call, token) => {
    const { tenant, operation, url, scope } = call;
    const started = clock.now();
    const limit = limitOf(call, timeouts, started);
    let outcome = 'none';
    try {
      const sent = bodyOf(operation);
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
        signal: limit.signal,
        bytes: true,
        reader: operation.reader,
        maxBytes: maxBytes[operation.pace ?? 'normal'],
        // What became of an action is told, however large the question was.
        ...(operation.repeatable ? { onBytes: call.onBytes ?? scope.bytes?.take, request: scope.bytes } : {}),
      });
      outcome = String(answer.status);
      return answer;
    } catch (thrown) {
      scope.signal.throwIfAborted();
      const hung = (limit.isOver() || wasLateAtProxy(thrown)) && !(thrown instanceof NoRoomError);
      const error = failureWithoutAnswer(placeOf(call), thrown, hung);
      // An action that hangs must not cost the look at what became of it; what the gateway did not take is no time of the tenant's.
      if (operation.repeatable && !wasNotTaken(error) && error.code !== 'QUERY_TOO_EXPENSIVE')
        scope.lateness?.note(tenant.name, operation.api, { startedMs: started, endedMs: clock.now(), hung });
      outcome = error.code;
      throw error;
    } finally {
      limit.stop();
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
