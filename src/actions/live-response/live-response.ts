import type { Access } from '../../access/authorize.ts';
import type { Caller } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { InputError, NotFoundError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { MachineActs } from '../../routing/acts.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';
import type { Acting } from '../acting.ts';
import { catalogue } from '../catalogue.ts';
import { checkWaitSeconds } from '../check-input.ts';
import type { RunLiveResponseInput } from '../inputs.ts';
import type { Submission, Submit } from '../machines/submit.ts';
import type { MachineActionResult, Payload } from '../payloads.ts';
import type { LiveResponseQueue } from '../queue/queue.ts';
import { done, failed, payloadOf } from '../results.ts';
import type { MachineSeen } from '../seen.ts';
import { awaitResults } from '../wait.ts';
import type { Watcher } from '../watcher.ts';
import { checkCommands } from './commands.ts';
import { takeUp } from './take-up.ts';

/** Seconds that a session is watched before its id and status are handed back. */
const defaultWaitSeconds = 300;

const row = catalogue.runLiveResponse;

/**
 * Starts a live response session on each machine, or takes one up. The four cases are those that Splunk SOAR's connector has:
 * 1. an id alone: the session is resumed;
 * 2. machines, commands and comment without an id: sessions are started and watched; when the time is up, ids and status are
 *    the answer, to go on with as in 1;
 * 3. both: the id wins; when there is no such session, or it failed, timed out or was cancelled, it goes on as in 2;
 * 4. neither: an input error.
 * A session of other commands than those that are given is not taken up (`take-up.ts`).
 * A session that cannot begin at once waits for its turn as long as it would be watched.
 */
export const createLiveResponse = (parts: {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly submit: Submit;
  readonly acts: MachineActs;
  readonly queue: LiveResponseQueue;
  readonly watcher: Watcher;
  readonly machineActions: MachineActionReads;
  readonly isSeen: MachineSeen;
}) => {
  const { access, isSeen, log, machineActions, submit } = parts;

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
    if (!(await isSeen(caller, row.permission, tenant, found.machineId, scope))) return null;
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
    const tenant = access.tenantFor(caller, input.tenant, row.permission);
    const actionId = input.actionId?.trim() ?? '';
    const named = actionId !== '';
    const session = named ? await findSession(caller, tenant, actionId, scope) : null;
    const wanted = (input.commands ?? []).map(({ type }) => type);
    const next = takeUp({ named, session, complete: missingFields(input).length === 0, wanted });
    if (next === 'OTHER_COMMANDS') throw otherCommands(actionId, session, wanted);
    if (next === 'TAKE_UP' && session !== null) {
      return payloadOf(input, await resume(tenant, session, input, scope));
    }
    if (next !== 'UNKNOWN_SESSION') return submit(acting, submissionOf(input, parts), scope);
    const place = { tenant: tenant.name, machineId: null, machine: null };
    const unknown = new NotFoundError(`There is no live response session ${actionId} in ${tenant.name}`, {
      tenant: tenant.name,
    });
    return payloadOf(input, [failed(place, unknown, log)]);
  };
};

const distinctWords = (words: readonly string[]): string => [...new Set(words)].join(', ');

const otherCommands = (actionId: string, session: MachineAction | null, wanted: readonly string[]): InputError =>
  new InputError(
    `The session ${actionId} is of ${distinctWords(session?.commands.map(({ type }) => type) ?? [])}, and ${distinctWords(wanted)} is wanted: leave actionId out to start a session, or commands to take this one up`,
    { field: 'actionId' },
  );

const otherFields = ['machineIds', 'commands', 'comment'] as const;

const missingFields = (input: RunLiveResponseInput): readonly string[] =>
  otherFields.filter((field) => {
    const value = input[field];
    return value === null || value === undefined || (typeof value === 'string' ? value.trim() : value).length === 0;
  });

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
    commands: orders,
    send: (tenant, machineId, tagged, scope) =>
      acts.runLiveResponse(tenant, machineId, { comment: tagged, commands: orders }, scope),
  };
};
