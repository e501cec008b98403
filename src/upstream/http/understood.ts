import type { Clock } from '../../clock.ts';
import { claimsChallengeOf } from '../../identity/challenge.ts';
import type { Tokens } from '../../identity/tokens.ts';
import { timeFor } from '../../scope/time-left.ts';
import { parseExactly } from '../exact-json.ts';
import { textOfUtf8 } from '../utf8.ts';
import { type Answer, type Call, type Next, type Policy, placeOf } from './call.ts';
import type { Exchange } from './exchange.ts';
import {
  challengeFailure,
  failureOf,
  failureWithoutAnswer,
  foreignBody,
  headerRequestId,
  meansNone,
} from './failure.ts';
import type { HttpAnswer } from './http.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { MalformedAnswerError } from './shape.ts';

interface UnderstoodParts {
  readonly exchange: Exchange;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** What was read before; null: nothing is kept. */
  readonly kept: KeptAnswers | null;
}

/** A token is waited for as long as its call would be. */
const tokenOptions = ({ scope, operation }: Call, clock: Clock) => ({
  signal: scope.signal,
  callerToken: scope.callerToken,
  waitMs: timeFor(scope, operation.repeatable, clock.now()),
  // An action gets all the time that its request has.
  lateness: operation.repeatable ? scope.lateness : undefined,
});

/** The token, taken once for all attempts. Without one nothing is sent, and no breaker of the API is at fault. */
export const authorized =
  (tokens: Tokens, clock: Clock): Policy =>
  async (call, next) =>
    next({ ...call, token: await tokens.get(call.tenant, call.operation.api, tokenOptions(call, clock)) });

/** What an answer says, which has a body. An empty one is none: actions are answered so, and a read whose answer was cut off is asked again. */
const readBody = (
  call: Call,
  answer: HttpAnswer,
  kept: KeptAnswers | null,
): Pick<Answer, 'json' | 'bytes' | 'made'> => {
  const { tenant, operation, readKey, scope } = call;
  const { status, headers, body, bytes = Buffer.from(body), reader } = answer;
  const foreign = foreignBody(placeOf(call), answer);
  if (foreign !== null) throw foreign;
  try {
    if (bytes.length === 0 && operation.repeatable) throw new MalformedAnswerError('JSON');
    if (bytes.length === 0) return { json: undefined };
    if (reader !== undefined) return { json: reader.end() };
    if (operation.readsBytes === true) return { json: bytes };
    // Who keeps nothing leaves nothing by which others are read.
    const mayKeep = readKey !== undefined && scope.freshness?.keeps === true;
    const read = mayKeep ? kept?.read(readKey, tenant, bytes) : undefined;
    return read ?? { json: parseExactly(textOfUtf8(bytes), bytes), bytes };
  } catch (thrown) {
    throw failureWithoutAnswer(placeOf(call), thrown, false, { status, requestId: headerRequestId({ headers }) });
  }
};

/**
 * The innermost step: an exchange whose bad statuses are errors, and whose body is JSON.
 * A 401 did nothing, so that even an action is sent once more with another token, one that meets the API's claims challenge if
 * there is one. A challenge of a call on behalf of the caller is the caller's, who alone can sign in with the claims.
 */
export const understood = ({ exchange, tokens, clock, kept }: UnderstoodParts): Next => {
  const exchanged = async (call: Call): Promise<{ readonly call: Call; readonly answer: HttpAnswer }> => {
    const { tenant, operation } = call;
    const token = call.token ?? (await tokens.get(tenant, operation.api, tokenOptions(call, clock)));
    const answer = await exchange(call, token);
    if (answer.status !== 401) return { call: { ...call, token }, answer };
    const claims = claimsChallengeOf(answer.headers['www-authenticate']);
    if (claims !== undefined && tenant.auth.kind === 'onBehalfOf')
      throw challengeFailure(placeOf(call), answer, claims);
    const other = await tokens.get(tenant, operation.api, {
      ...tokenOptions(call, clock),
      refused: token,
      ...(claims === undefined ? {} : { claims }),
    });
    if (other.value === token.value) return { call: { ...call, token }, answer };
    return { call: { ...call, token: other }, answer: await exchange(call, other) };
  };

  return async (asked) => {
    const { call, answer } = await exchanged(asked);
    const none = call.operation.whenNotFound !== undefined && meansNone(answer);
    if (!none && answer.status >= 300) throw failureOf(placeOf(call), answer, clock.now());
    return {
      status: answer.status,
      ...(none ? { json: undefined } : readBody(call, answer, kept)),
      none,
      requestId: headerRequestId(answer),
      permissions: call.token?.permissions ?? null,
    };
  };
};
