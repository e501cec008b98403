import { type ErrorDetails, GatewayError, UpstreamError } from '../../errors.ts';
import { OversizedAnswerError } from './body.ts';
import { NoRoomError } from './large-answers.ts';
import type { Operation } from './operation.ts';

/** Whether the gateway itself did not take the answer: it says nothing of the API, and the same comes again. */
export const wasNotTaken = ({ cause }: GatewayError): boolean =>
  cause instanceof NoRoomError || cause instanceof OversizedAnswerError;

/** Of hunting it is the caller's question that is too large; entities of such a size are a fault of who sends them. */
const oversized = (
  { id, pace }: Pick<Operation<unknown>, 'id' | 'pace'>,
  title: string,
  details: ErrorDetails,
  cause: OversizedAnswerError,
): GatewayError => {
  const isHunting = pace === 'hunting';
  const [setting, advice] = isHunting
    ? ['limits.huntingAnswerBytes', ': ask for fewer rows or columns']
    : ['limits.answerBytes', '; it was given up'];
  const message = `${title} answers ${id} with more than ${cause.maxBytes} bytes (${setting})${advice}`;
  return isHunting
    ? new GatewayError('QUERY_TOO_EXPENSIVE', message, details, cause)
    : new UpstreamError('UPSTREAM_UNAVAILABLE', message, details, cause);
};

/** An answer that the gateway did not take, as an error; `null`: something else went wrong. */
export const failureNotTaken = (
  operation: Pick<Operation<unknown>, 'id' | 'pace'>,
  title: string,
  details: ErrorDetails,
  thrown: unknown,
): GatewayError | null => {
  if (thrown instanceof OversizedAnswerError) return oversized(operation, title, details, thrown);
  if (!(thrown instanceof NoRoomError)) return null;
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    'The gateway has too many large answers of Microsoft in memory (limits.bytesUnderWay): ask again shortly',
    { ...details, retryAfterSeconds: 5 },
    thrown,
  );
};
