import type { Acting } from '../../access/acting.ts';
import type { Tenant } from '../../config/tenants.ts';
import { checkedId } from '../../domain/id-forms.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { InputError, NotFoundError } from '../../errors.ts';
import { type CommandOrder, machineCalls } from '../../routing/actions.ts';
import { readOne } from '../../routing/reads-by-id.ts';
import type { CallScope } from '../../scope.ts';
import type { Action, ActionParts } from '../action.ts';
import { checkWaitSeconds } from '../check-input.ts';
import type { MachinesInput, RunLiveResponseInput } from '../inputs.ts';
import { machineAction } from '../kinds/machine/actions.ts';
import { notOnPhones, onboarded } from '../kinds/machine/preconditions.ts';
import { coversMachine } from '../kinds/machine/targets.ts';
import type { MachineActionResult } from '../payloads.ts';
import { actionResult, errorRow, payloadOf } from '../results.ts';
import { awaitResults, waitOf } from '../wait.ts';
import { checkCommands } from './commands.ts';
import { missingFile } from './needed-files.ts';
import { takeUp } from './take-up.ts';

/** Seconds that a session is watched before its id and status are handed back. */
const defaultWaitSeconds = 300;

/** A new session on each machine. */
interface SessionInput extends MachinesInput {
  readonly orders: readonly CommandOrder[];
}

const permission = 'liveresponse:run';
const type = 'LIVE_RESPONSE';

/** run-live-response.md */
const startSession = machineAction({
  guardrail: 'runLiveResponse',
  permission,
  type,
  particulars: ({ orders }: SessionInput) => ({ commands: orders }),
  preconditions: [onboarded, notOnPhones],
  commandsOf: ({ commands }) => commands,
  call: machineCalls.runLiveResponse,
  defaultWaitSeconds,
  isQueued: true,
  // Who may not list the library does not learn of its files by trying.
  missing: async ({ parts, acting, tenant }, { commands }, scope) =>
    acting.access.holds('library:read', tenant) ? missingFile(parts, tenant, commands, scope) : null,
});

/** The session of that id. Throws when the action is of another kind; a failed read throws too, for it proves nothing. */
const findSession = async (
  { reads }: ActionParts,
  { access }: Acting,
  tenant: Tenant,
  actionId: string,
  scope: CallScope,
): Promise<MachineAction | null> => {
  const found = await readOne(reads.machineActions, tenant, actionId, scope);
  if (found === null) return null;
  const place = { tenant, machineId: found.machineId };
  if (!(await coversMachine(access, permission, place, reads.machines, scope))) return null;
  if (found.type === type) return found;
  throw new InputError(`The action ${actionId} is ${found.typeName}, not a live response session`, {
    field: 'actionId',
  });
};

/**
 * Starts a live response session on each machine, or takes one up. The four cases are those that Splunk SOAR's connector has:
 * 1. an id alone: the session is resumed;
 * 2. machines, commands and comment without an id: sessions are started and watched; when the time is up, ids and status are
 *    the answer, to go on with as in 1;
 * 3. both: the id wins; when there is no such session, or it failed, timed out or was cancelled, it goes on as in 2;
 * 4. neither: an input error.
 * A session of other commands than those that are given is not taken up (`take-up.ts`).
 * A session that cannot begin at once waits in the queue as long as it would be watched.
 */
export const runLiveResponse: Action<RunLiveResponseInput, MachineActionResult> = {
  guardrail: 'runLiveResponse',
  permission,
  targetsOf: ({ machineIds, actionId }) => machineIds ?? (actionId ? [actionId] : []),
  perform: async (parts, mutation, acting, input, scope) => {
    const tenant = acting.access.tenantFor(input.tenant, permission);
    const given = input.actionId?.trim() ?? '';
    const named = given !== '';
    // A slip in the id must not run the script of the other input.
    const actionId = named ? checkedId('machineAction', given) : given;
    const session = named ? await findSession(parts, acting, tenant, actionId, scope) : null;
    const wanted = (input.commands ?? []).map(({ type }) => type);
    const next = takeUp({ named, session, complete: missingFields(input).length === 0, wanted });
    if (next === 'START' || next === 'INPUT_MISSING') {
      return startSession.perform(parts, mutation, acting, sessionInputOf(input), scope);
    }
    if (next === 'OTHER_COMMANDS') throw otherCommands(actionId, session, wanted);
    if (session === null) {
      const unknown = new NotFoundError(`There is no live response session ${actionId} in ${tenant.name}`, {
        tenant: tenant.name,
      });
      return payloadOf(input, [{ ...actionResult(tenant, null), error: errorRow(unknown, parts.log) }]);
    }
    const seconds = input.dryRun === true ? 0 : checkWaitSeconds(input.waitSeconds ?? defaultWaitSeconds);
    const wait = waitOf(seconds, parts.clock, scope);
    const results = await awaitResults(parts, tenant, [actionResult(tenant, session)], wait, scope);
    return payloadOf(input, results, wait.cutTo);
  },
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
const sessionInputOf = (input: RunLiveResponseInput): SessionInput => {
  const missing = missingFields(input);
  const { actionId, machineIds, commands, comment, ...common } = input;
  if (missing.length > 0 || !machineIds || !commands || !comment) {
    const what =
      missing.length === otherFields.length
        ? 'Give actionId to take up a session, or machineIds, commands and comment to start one'
        : `To start a session ${missing.join(' and ')} must be given too`;
    throw new InputError(what, { field: missing[0] ?? 'actionId' });
  }
  return { ...common, machineIds, comment, orders: checkCommands(commands) };
};
