import { type GatewayError, type ResultError, resultErrorOf } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import type { MutationInput } from './inputs.ts';
import type { Payload } from './payloads.ts';

/** The answer of a mutation. */
export const payloadOf = <Result>(
  { clientMutationId, dryRun }: Pick<MutationInput, 'clientMutationId' | 'dryRun'>,
  results: readonly Result[],
  waitCutTo: number | null = null,
): Payload<Result> => ({ clientMutationId: clientMutationId ?? null, dryRun: dryRun === true, results, waitCutTo });

/** An error as a row of an answer; one that is not written for callers goes to the log whole. */
export const errorRow = (error: GatewayError | null, log: Log): ResultError | null =>
  error === null ? null : resultErrorOf(rowErrorOf(error, log, {}));
