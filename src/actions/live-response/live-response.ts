import type { AccessOf } from '../../access/access.ts';
import type { Caller } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { InputError, NotFoundError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { MachineActs } from '../../routing/acts.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';
import type { Acting } from '../acting.ts';
import { catalogue } from '../catalogue.ts';
import { checkWaitSeconds } from '../check-input.ts';
import type { RunLiveResponseInput } from '../inputs.ts';
import { coversMachine } from '../machines/coverage.ts';
import type { Submission, Submit } from '../machines/submit.ts';
import type { MachineActionResult, Payload } from '../payloads.ts';
import type { LiveResponseQueue } from '../queue/queue.ts';
import { done, failed, payloadOf } from '../results.ts';
import { awaitResults } from '../wait.ts';
import type { Watcher } from '../watcher.ts';
import { checkCommands } from './commands.ts';

/** Seconds that a session is watched before its id and status are handed back. */
const defaultWaitSeconds = 300;

const row = catalogue.runLiveResponse;

/**
 * Starts a live response session on each machine, or takes one up. The four cases are those that Splunk SOAR's connector has:
 * 1. an id alone: the session is resumed;
 * 2. machines, commands and comment without an id: sessions are started and watched; when the time is up, ids and status are
 *    the answer, to go on with as in 1;
 * 3. both: the id wins; only when there is no such session does it go on as in 2;
 * 4. neither: an input error.
 * A session that cannot begin at once waits for its turn as long as it would be watched.
 */
export const createLiveResponse = (parts: {
  readonly accessOf: AccessOf;
  readonly clock: Clock;
  readonly log: Log;
  readonly submit: Submit;
  readonly acts: MachineActs;
  readonly queue: LiveResponseQueue;
  readonly watcher: Watcher;
  readonly machineActions: MachineActionReads;
  readonly machines: MachineReads;
}) => {
  const { accessOf, log, machineActions, submit } = parts;

  /** Whether it is on a machine that the caller sees. One call for a caller who sees only some. */
  const isSeen = (caller: Caller, tenant: Tenant, { machineId }: MachineAction, scope: CallScope) =>
    coversMachine(accessOf(caller), row.permission, { tenant, machineId }, parts.machines, scope);

  /** The session of that id. Throws when the action is of another kind; a failed read throws too, for it proves nothing. */
  const findSession = async (
    caller: Caller,
    tenant: Tenant,
    actionId: string,
    scope: CallScope,
  ): Promise<MachineAction | null> => {
    const found = (await machineActions.byIds(tenant, [actionId], scope)).get(actionId);
    if (found === undefined) return null;
    if (found instanceof Error) throw found;
    if (!(await isSeen(caller, tenant, found, scope))) return null;
    if (found.type === row.type) return found;
    throw new InputError(`The action ${actionId} is ${found.typeName}, not a live response session`, {
      field: 'actionId',
    });
  };

  const resume = async (tenant: Tenant, session: MachineAction, input: RunLiveResponseInput, scope: CallScope) => {
    const seconds = input.dryRun === true ? 0 : checkWaitSeconds(input.waitSeconds ?? defaultWaitSeconds);
    const place = { tenant: tenant.name, machineId: session.machineId, machine: null };
    return awaitResults(parts, tenant, [done(place, session)], parts.clock.now() + seconds * 1000, scope);
  };

  return async (
    acting: Acting,
    input: RunLiveResponseInput,
    scope: CallScope,
  ): Promise<Payload<MachineActionResult>> => {
    const { caller } = acting;
    const tenant = accessOf(caller).tenantFor(input.tenant, row.permission);
    const actionId = input.actionId?.trim() ?? '';
    if (actionId === '') return submit(acting, submissionOf(input, parts), scope);

    const session = await findSession(caller, tenant, actionId, scope);
    if (session !== null) return payloadOf(input, await resume(tenant, session, input, scope));
    if (hasAllElse(input)) return submit(acting, submissionOf(input, parts), scope);
    const place = { tenant: tenant.name, machineId: null, machine: null };
    const unknown = new NotFoundError(`There is no live response session ${actionId} in ${tenant.name}`, {
      tenant: tenant.name,
    });
    return payloadOf(input, [failed(place, unknown, log)]);
  };
};

const otherFields = ['machineIds', 'commands', 'comment'] as const;

const missingFields = (input: RunLiveResponseInput): readonly string[] =>
  otherFields.filter((field) => {
    const value = input[field];
    return value === null || value === undefined || (typeof value === 'string' ? value.trim() : value).length === 0;
  });

const hasAllElse = (input: RunLiveResponseInput): boolean => missingFields(input).length === 0;

/** A new session on each machine. Throws when something is missing, naming it. */
const submissionOf = (
  input: RunLiveResponseInput,
  { acts, queue }: { readonly acts: MachineActs; readonly queue: LiveResponseQueue },
): Submission => {
  const missing = missingFields(input);
  const { machineIds, commands, comment } = input;
  if (missing.length > 0 || !machineIds || !commands || !comment) {
    const what =
      missing.length === otherFields.length
        ? 'Give actionId to take up a session, or machineIds, commands and comment to start one'
        : `To start a session ${missing.join(' and ')} must be given too`;
    throw new InputError(what, { field: missing[0] ?? 'actionId' });
  }
  const orders = checkCommands(commands);
  return {
    row,
    input: { ...input, machineIds, comment },
    defaultWaitSeconds,
    queue,
    particulars: { commands: orders },
    send: (tenant, machineId, tagged, scope) =>
      acts.runLiveResponse(tenant, machineId, { comment: tagged, commands: orders }, scope),
  };
};
