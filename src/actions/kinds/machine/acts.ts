import type { MachinePermission } from '../../../access/roles.ts';
import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import type { CommandOrder, MachineActs } from '../../../routing/acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import { type Acting, tagOwnerOf } from '../../acting.ts';
import { checkComment, checkTargets, checkWaitSeconds } from '../../check-input.ts';
import type { MachinesInput } from '../../inputs.ts';
import { randomTag, tagOf } from '../../once/correlation.ts';
import type { MachineActionResult, Payload } from '../../payloads.ts';
import type { LiveResponseQueue } from '../../queue/queue.ts';
import { payloadOf } from '../../results.ts';
import { awaitResults, waitOf } from '../../wait.ts';
import type { MachineActFacts } from './kind.ts';
import { canonical } from './targets.ts';

/** One row of the table: an act on machines that becomes an action in Defender. */
export interface MachineActRow<Input extends MachinesInput, Particulars> extends MachineActFacts<Particulars> {
  readonly guardrail: GuardedAction;
  readonly permission: MachinePermission;
  /** What the input has besides machines and comment, checked: part of what an idempotency key stands for. */
  readonly particulars: (input: Input) => Particulars;
  /** The commands of a live response session, for guardrails. */
  readonly commandsOf?: (particulars: Particulars) => readonly CommandOrder[];
  readonly send: (
    acts: MachineActs,
    tenant: Tenant,
    machineId: string,
    particulars: Particulars & { readonly comment: string },
    scope: CallScope,
  ) => Promise<MachineAction | null>;
}

/** How an act on machines is performed that is not a row alone: one with a front of its own. */
export interface MachineOrder<Input extends MachinesInput, Particulars> {
  readonly row: MachineActRow<Input, Particulars>;
  readonly mutation: string;
  readonly input: Input;
  /** Seconds that are waited when the input does not say. */
  readonly defaultWaitSeconds?: number;
  /** Given: acts of this kind wait for their turn. */
  readonly queue?: LiveResponseQueue;
}

/** Performs an act on machines: each is sent once, and its end waited for as long as was asked. */
export const performOnMachines = async <Input extends MachinesInput, Particulars>(
  parts: ActParts,
  acting: Acting,
  { row, mutation, input, defaultWaitSeconds = 0, queue }: MachineOrder<Input, Particulars>,
  scope: CallScope,
): Promise<Payload<MachineActionResult>> => {
  const { clock } = parts;
  const { access } = acting;
  const tenant = access.tenantFor(input.tenant, row.permission);
  const asked = checkTargets('machineIds', input.machineIds, parts.targetsPerMutation).map(canonical);
  const comment = checkComment(input.comment);
  const wait = waitOf(checkWaitSeconds(input.waitSeconds ?? defaultWaitSeconds), clock, scope);
  const particulars = row.particulars(input);
  const { idempotencyKey: key } = input;
  const owner = tagOwnerOf(acting);
  const kind = parts.machineKind({
    facts: row,
    particulars,
    tenant,
    asked,
    comment,
    visibility: access.machineVisibility(row.permission, tenant),
    readable: access.machineVisibility('machine:read', tenant),
    tagOf: (machineId) => (key == null ? randomTag() : tagOf([...owner, mutation, key, tenant.name, machineId])),
    send: (where, machineId, tagged, sendScope) =>
      row.send(parts.acts, where, machineId, { ...particulars, comment: tagged }, sendScope),
    turn: queue === undefined ? null : { queue, until: wait.until, scope },
  });
  const { guardrail } = row;
  const order = { acting, mutation, guardrail, tenant, input, read: 'machine:read', asked, comment, kind } as const;
  const commands = row.commandsOf?.(particulars);
  const results = await parts.pipeline({ ...order, commands, particulars: { comment, particulars } }, scope);
  if (input.dryRun === true) return payloadOf(input, results);
  return payloadOf(input, await awaitResults(parts, tenant, results, wait, scope), wait.cutTo);
};

/** An act of the table. */
export const machineAct = <Input extends MachinesInput, Particulars>(
  row: MachineActRow<Input, Particulars>,
): Act<Input, MachineActionResult> => ({
  guardrail: row.guardrail,
  permission: row.permission,
  targetsOf: ({ machineIds }) => machineIds,
  perform: (parts, mutation, acting, input, scope) => performOnMachines(parts, acting, { row, mutation, input }, scope),
});
