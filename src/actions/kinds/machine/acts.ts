import type { MachineVisibility } from '../../../access/machine-visibility.ts';
import type { MachinePermission } from '../../../access/roles.ts';
import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Machine } from '../../../domain/machine.ts';
import { type GatewayError, NotFoundError } from '../../../errors.ts';
import type { CommandOrder, Commented, MachineCall } from '../../../routing/acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import { type Acting, keyOwnerOf, tagOwnerOf } from '../../acting.ts';
import { checkComment, checkKeys, checkTargets, checkWaitSeconds } from '../../check-input.ts';
import type { FoundMachinesInput } from '../../inputs.ts';
import { randomTag, tagOf } from '../../once/correlation.ts';
import type { MachineActionResult, Payload } from '../../payloads.ts';
import type { LiveResponseQueue } from '../../queue/queue.ts';
import { payloadOf } from '../../results.ts';
import { awaitResults, waitOf } from '../../wait.ts';
import type { MachineActFacts } from './job.ts';
import { canonical } from './targets.ts';

/** One row of the table: an act on machines that becomes an action in Defender. */
export interface MachineActRow<Input extends FoundMachinesInput, Particulars> extends MachineActFacts<Particulars> {
  readonly guardrail: GuardedAction;
  readonly permission: MachinePermission;
  /** What the input has besides machines and comment, checked: part of what an idempotency key stands for. */
  readonly particulars: (input: Input) => Particulars;
  /** The commands of a live response session, for guardrails. */
  readonly commandsOf?: (particulars: Particulars) => readonly CommandOrder[];
  /** The machines that it is done to where the input names none; without it the input always does. */
  readonly machinesOf?: (
    parts: ActParts,
    tenant: Tenant,
    particulars: Particulars,
    scope: CallScope,
  ) => Promise<readonly Machine[]>;
  readonly call: MachineCall<Particulars & Commented>;
}

/** How an act on machines is performed that is not a row alone: one with a front of its own. */
export interface MachineOrder<Input extends FoundMachinesInput, Particulars> {
  readonly row: MachineActRow<Input, Particulars>;
  readonly mutation: string;
  readonly input: Input;
  /** Seconds that are waited when the input does not say. */
  readonly defaultWaitSeconds?: number;
  /** Given: acts of this kind wait for their turn. */
  readonly queue?: LiveResponseQueue;
  /** Why it cannot be done on any machine; null: nothing is known against it. Rejects when that cannot be read. */
  readonly missing?: (tenant: Tenant, particulars: Particulars, scope: CallScope) => Promise<GatewayError | null>;
}

/** The machines that an act finds by itself and the caller may act on. Throws `NOT_FOUND` when there is none. */
const foundBy = async <Input extends FoundMachinesInput, Particulars>(
  parts: ActParts,
  { machinesOf }: MachineActRow<Input, Particulars>,
  tenant: Tenant,
  particulars: Particulars,
  visibility: MachineVisibility | null,
  scope: CallScope,
): Promise<readonly string[]> => {
  const machines = (await machinesOf?.(parts, tenant, particulars, scope)) ?? [];
  const seen = visibility === null ? machines : machines.filter(visibility);
  if (seen.length > 0 || machinesOf === undefined) return seen.map(({ machineId }) => machineId);
  throw new NotFoundError(`No machine of ${tenant.name} is known to have it`, { tenant: tenant.name, sent: 'no' });
};

/** Performs an act on machines: each is sent once, and its end waited for as long as was asked. */
export const performOnMachines = async <Input extends FoundMachinesInput, Particulars>(
  parts: ActParts,
  acting: Acting,
  { row, mutation, input, defaultWaitSeconds = 0, queue, missing }: MachineOrder<Input, Particulars>,
  scope: CallScope,
): Promise<Payload<MachineActionResult>> => {
  const { clock } = parts;
  const { access } = acting;
  const tenant = access.tenantFor(input.tenant, row.permission);
  const comment = checkComment(input.comment);
  const wait = waitOf(checkWaitSeconds(input.waitSeconds ?? defaultWaitSeconds), clock, scope);
  const particulars = row.particulars(input);
  const visibility = access.machineVisibility(row.permission, tenant);
  // Too many are told before they are what the key stands for.
  const found = async () =>
    checkTargets(
      'machineIds',
      await foundBy(parts, row, tenant, particulars, visibility, scope),
      parts.targetsPerMutation,
    );
  const use = { ...keyOwnerOf(acting), mutation, key: input.dryRun === true ? undefined : checkKeys(input) };
  // A repeat is about the machines that were found at first, whatever is found by then.
  const ids = input.machineIds ?? (await parts.settled(use, found));
  const asked = checkTargets('machineIds', ids, parts.targetsPerMutation).map(canonical);
  const { idempotencyKey: key } = input;
  const owner = tagOwnerOf(acting);
  const kind = parts.machineKind({
    facts: row,
    capability: row.call.capability,
    particulars,
    tenant,
    asked,
    comment,
    visibility,
    readable: access.machineVisibility('machine:read', tenant),
    tagOf: (machineId) => (key == null ? randomTag() : tagOf([...owner, mutation, key, tenant.name, machineId])),
    send: (where, machineId, tagged, sendScope) =>
      parts.acts.send(row.call, where, machineId, { ...particulars, comment: tagged }, sendScope),
    isForced: input.force === true,
    missing: async (where) => (await missing?.(tenant, particulars, where)) ?? null,
    turn: queue === undefined ? null : { queue, until: wait.until, scope },
  });
  const { guardrail } = row;
  const named = input.machineIds == null ? 'found' : asked;
  const order = {
    acting,
    named,
    mutation,
    guardrail,
    tenant,
    input,
    read: 'machine:read',
    asked,
    comment,
    kind,
  } as const;
  const commands = row.commandsOf?.(particulars);
  const forced = input.force === true ? { force: true } : {};
  const results = await parts.pipeline({ ...order, commands, particulars: { comment, particulars, ...forced } }, scope);
  if (input.dryRun === true) return payloadOf(input, results);
  return payloadOf(input, await awaitResults(parts, tenant, results, wait, scope), wait.cutTo);
};

/** An act of the table. */
export const machineAct = <Input extends FoundMachinesInput, Particulars>(
  row: MachineActRow<Input, Particulars>,
): Act<Input, MachineActionResult> => ({
  guardrail: row.guardrail,
  permission: row.permission,
  targetsOf: ({ machineIds }) => machineIds ?? [],
  perform: (parts, mutation, acting, input, scope) => performOnMachines(parts, acting, { row, mutation, input }, scope),
});
