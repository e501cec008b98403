import { hasFailed, type LiveResponseCommand, type MachineAction } from '../domain/machine-action.ts';
import { GatewayError, NotFoundError, type ResultError, resultErrorOf } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import type { MutationInput } from './inputs.ts';
import type { MachineActionResult, Payload } from './payloads.ts';

/** The answer of a mutation. */
export const payloadOf = <Result>(
  { clientMutationId, dryRun }: Pick<MutationInput, 'clientMutationId' | 'dryRun'>,
  results: readonly Result[],
  waitCutTo: number | null = null,
): Payload<Result> => ({ clientMutationId: clientMutationId ?? null, dryRun: dryRun === true, results, waitCutTo });

/** An error as a row of an answer; one that is not written for callers goes to the log whole. */
export const errorRow = (error: GatewayError | null, log: Log): ResultError | null =>
  error === null ? null : resultErrorOf(rowErrorOf(error, log, {}));

/** Why a target in a tenant is not acted on, by what is there. */
export const refusedIn = (
  tenant: string | { readonly name: string },
  code: 'ALREADY_IN_STATE' | 'CONFLICT' | 'NOT_ONBOARDED',
  message: string,
): GatewayError =>
  new GatewayError(code, message, { tenant: typeof tenant === 'string' ? tenant : tenant.name, sent: 'no' });

/** Of a target that a tenant has not. */
export const notThere = ({ name }: { readonly name: string }, message: string): NotFoundError =>
  new NotFoundError(message, { tenant: name, sent: 'no' });

/** The result of an action that was there already, on its machine, as far as nothing else is known. */
export const actionResult = (tenant: { readonly name: string }, action: MachineAction | null): MachineActionResult => ({
  ...{ tenant: tenant.name, machineId: action?.machineId ?? null, machine: null, action },
  ...{
    alreadyUnderWay: false,
    queued: null,
    waitedSeconds: 0,
    outcome: action === null ? 'FAILED' : 'DONE',
    error: null,
  },
});

/** What Defender says of the failure: of commands, of the action, and the Windows error code as people search for it. */
const reasonOf = (action: MachineAction): string => {
  const { commands, troubleshootInfo, errorHResult, cancellationComment, status } = action;
  const words =
    status === 'CANCELLED' ? [cancellationComment] : [...commands.flatMap(({ errors }) => errors), troubleshootInfo];
  const said = words.flatMap((word) => word?.trim() || []).join('; ');
  const code =
    Number.isSafeInteger(errorHResult) && errorHResult !== null && errorHResult !== 0
      ? ` (0x${(errorHResult >>> 0).toString(16).toUpperCase().padStart(8, '0')})`
      : '';
  return `${said === '' ? '' : `: ${said}`}${code}`;
};

/** How an action can end without having been done, in words. */
const badEnds = {
  FAILED: 'failed',
  TIME_OUT: 'timed out before it was done, as on a machine that is offline',
  CANCELLED: 'was cancelled',
} as const;

/** Whether an action ended without having been done. */
const endedBadly = (status: MachineAction['status']): status is keyof typeof badEnds => Object.hasOwn(badEnds, status);

/** The commands that failed of a session that is told as succeeded: what was asked for was not done all the same. */
const failedIn = ({ status, commands }: Pick<MachineAction, 'status' | 'commands'>): readonly LiveResponseCommand[] =>
  status === 'SUCCEEDED' ? commands.filter(hasFailed) : [];

/** Whether it ended without having done all that it was to do. */
export const isLost = (action: Pick<MachineAction, 'status' | 'commands'>): boolean =>
  endedBadly(action.status) || failedIn(action).length > 0;

/**
 * `ACTION_FAILED` for an action that has ended `FAILED`, `TIME_OUT` or `CANCELLED`, or that succeeded while one of its commands
 * failed; null: it succeeded, or is under way.
 */
export const failureOf = (action: MachineAction): GatewayError | null => {
  const { actionId, status, tenant, typeName } = action;
  if (!isLost(action)) return null;
  const failed = failedIn(action).map(({ index, typeName: type }) => `command ${index} (${type})`);
  const how = endedBadly(status) ? badEnds[status] : `is told as succeeded, and failed in ${failed.join(', ')}`;
  return new GatewayError('ACTION_FAILED', `The action ${actionId} (${typeName}) ${how}${reasonOf(action)}`, {
    tenant,
  });
};

/**
 * A result as it is told after a wait: with the latest state of its action, how long was waited for it, and `ACTION_FAILED`
 * beside an action that ended without having been done: who branches on `error` must not take it for done. An error that the
 * result has already stays.
 */
export const withLatest = (
  result: MachineActionResult,
  latest: ReadonlyMap<string, MachineAction>,
  waitedSeconds: number,
): MachineActionResult => {
  if (result.action === null) return result;
  const action = latest.get(result.action.actionId) ?? result.action;
  const told = { ...result, action, waitedSeconds };
  const failure = result.error === null ? failureOf(action) : null;
  return failure === null ? told : { ...told, outcome: 'FAILED', error: resultErrorOf(failure) };
};
