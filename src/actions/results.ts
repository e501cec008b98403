import type { MachineAction } from '../domain/machine-action.ts';
import { type GatewayError, type ResultError, resultErrorOf } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import type { MutationInput } from './inputs.ts';
import type { MachineActionResult, Payload } from './payloads.ts';

/** The answer of a mutation. */
export const payloadOf = <Result>(
  { clientMutationId, dryRun }: Pick<MutationInput, 'clientMutationId' | 'dryRun'>,
  results: readonly Result[],
): Payload<Result> => ({ clientMutationId: clientMutationId ?? null, dryRun: dryRun === true, results });

/** An error as a row of an answer; one that is not written for callers goes to the log whole. */
export const errorRow = (error: GatewayError, log: Log): ResultError => resultErrorOf(rowErrorOf(error, log, {}));

type Place = Pick<MachineActionResult, 'tenant' | 'machineId' | 'machine'>;

/** A target to which something was done, or was being done already. */
export const done = (place: Place, action: MachineAction | null, alreadyUnderWay = false): MachineActionResult => ({
  ...place,
  action,
  alreadyUnderWay,
  queued: null,
  error: null,
});

/** A target to which nothing was done; the action, where one stands in the way. */
export const failed = (
  place: Place,
  error: GatewayError,
  log: Log,
  action: MachineAction | null = null,
): MachineActionResult => ({ ...place, action, alreadyUnderWay: false, queued: null, error: errorRow(error, log) });
