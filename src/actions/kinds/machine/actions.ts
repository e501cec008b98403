import type { Tenant } from '../../../config/tenants.ts';
import type { Machine } from '../../../domain/machine.ts';
import { NotFoundError } from '../../../errors.ts';
import type { CommandOrder } from '../../../routing/actions.ts';
import type { CallScope } from '../../../scope.ts';
import type { Action, ActionParts } from '../../action.ts';
import { checkComment, checkTargets, checkWaitSeconds } from '../../check-input.ts';
import type { FoundMachinesInput } from '../../inputs.ts';
import { settledAtFirst } from '../../once/open-at-first.ts';
import type { MachineActionResult } from '../../payloads.ts';
import { type TenantMutation, tenantAction } from '../../tenant-action.ts';
import { awaitResults, waitOf } from '../../wait.ts';
import type { MachineActionFacts } from './job.ts';
import { machineKind } from './kind.ts';
import { machinesNamed } from './targets.ts';

/** One row of the table: an action on machines that becomes a machine action in Defender. */
export interface MachineActionRow<Input extends FoundMachinesInput, Particulars>
  extends MachineActionFacts<Particulars>,
    Pick<Action<Input, MachineActionResult>, 'guardrail'> {
  /** What the input has besides machines and comment, checked: part of what an idempotency key stands for. */
  readonly particulars: (input: Input) => Particulars;
  /** The commands of a live response session, for guardrails. */
  readonly commandsOf?: (particulars: Particulars) => readonly CommandOrder[];
  /** The machines that it is done to where the input names none; without it the input always does. */
  readonly machinesOf?: (
    parts: ActionParts,
    tenant: Tenant,
    particulars: Particulars,
    scope: CallScope,
  ) => Promise<readonly Machine[]>;
  /** Seconds that are waited when the input does not say; 0 by default. */
  readonly defaultWaitSeconds?: number;
}

/** The machines that an action finds by itself and the caller may act on. Throws `NOT_FOUND` when there is none. */
const foundBy = async <Input extends FoundMachinesInput, Particulars>(
  { parts, acting, tenant, scope }: TenantMutation<Input>,
  { machinesOf, permission }: MachineActionRow<Input, Particulars>,
  particulars: Particulars,
): Promise<readonly string[]> => {
  const machines = (await machinesOf?.(parts, tenant, particulars, scope)) ?? [];
  const visibility = acting.access.machineVisibility(permission, tenant);
  const seen = visibility === null ? machines : machines.filter(visibility);
  if (seen.length > 0 || machinesOf === undefined) return seen.map(({ machineId }) => machineId);
  throw new NotFoundError(`No machine of ${tenant.name} is known to have it`, { tenant: tenant.name, sent: 'no' });
};

/** An action of the table: each machine is acted on once, and the machine action's end waited for as long as was asked. */
export const machineAction = <Input extends FoundMachinesInput, Particulars>(
  row: MachineActionRow<Input, Particulars>,
): Action<Input, MachineActionResult> =>
  tenantAction({
    guardrail: row.guardrail,
    permission: row.permission,
    read: 'machine:read',
    targetsOf: ({ machineIds }: Input) => machineIds ?? [],
    order: async (mutation) => {
      const { parts, tenant, input, isDryRun, scope } = mutation;
      const comment = checkComment(input.comment);
      const seconds = checkWaitSeconds(input.waitSeconds ?? row.defaultWaitSeconds ?? 0);
      const wait = waitOf(seconds, parts.clock, scope);
      const particulars = row.particulars(input);
      // Too many are told before they are what the key stands for.
      const found = async () =>
        checkTargets('machineIds', await foundBy(mutation, row, particulars), parts.targetsPerMutation);
      // A repeat is about the machines that were found at first, whatever is found by then.
      const asked = machinesNamed(parts, input.machineIds ?? (await settledAtFirst(mutation, found)));
      const isForced = input.force === true;
      return {
        asked,
        comment,
        named: input.machineIds == null ? 'found' : asked,
        commands: row.commandsOf?.(particulars),
        particulars: { comment, particulars, ...(isForced && { force: true }) },
        kind: machineKind({ facts: row, mutation, particulars, asked, comment, isForced, until: wait.until }),
        around: async (run) => {
          const results = await run();
          return isDryRun ? results : awaitResults(parts, tenant, results, wait, scope);
        },
        waitCutTo: isDryRun ? null : wait.cutTo,
      };
    },
  });
