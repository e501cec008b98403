import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Machine } from '../../../domain/machine.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent } from '../../../errors.ts';
import { isChanged, type MachineChange } from '../../../routing/machine-changes.ts';
import { canonical } from '../../../routing/named-machines.ts';
import type { Done } from '../../../routing/perform-on-each.ts';
import { checkText, commentIn, fault } from '../../check-input.ts';
import { committedScope } from '../../committed-scope.ts';
import type { ChangedMachinesInput, SetDeviceValueInput, TagMachinesInput } from '../../inputs.ts';
import type { FieldChange, MachineResult } from '../../payloads.ts';
import {
  type ActionKind,
  done,
  type Ended,
  foundBy,
  refusedFor,
  type Sending,
  stopped,
  unanswered,
} from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { refusedIn } from '../../results.ts';
import { type TenantMutation, tenantAction } from '../../tenant-action.ts';
import {
  failedOn,
  lookAtMachines,
  machinesNamed,
  machinesNow,
  onMachines,
  type PlannedMachine,
} from '../machine/targets.ts';

/** Tags decide which guardrails hold for a machine and which roles cover it, so one permission has both. */
const permission = 'machine:write';

/** Why a machine is not changed: it is so already. */
const soAlready = (change: MachineChange, { tenant, machineId }: Machine): GatewayError => {
  const words = { ADD: 'has this tag already', REMOVE: 'has no such tag' } as const;
  const said = change.kind === 'tag' ? words[change.operation] : 'has this value already';
  return refusedIn(tenant, 'ALREADY_IN_STATE', `The machine ${machineId} ${said}`);
};

/**
 * Changes of machines, found again by what machines show: a change that is made a second time does no harm. Calls: 1 to read 39
 * machines, as for any action on them, those of the change, and 1 for 39 where its answer does not show them.
 */
const machineChangeKind = (
  mutation: TenantMutation,
  asked: readonly string[],
  change: MachineChange,
): ActionKind<PlannedMachine, Machine, MachineResult> => {
  const { parts, tenant, isDryRun, scope } = mutation;
  const { changeMachines, finders, clock } = parts;
  const { told, ...machines } = onMachines(mutation, permission, asked);
  const subjectOf = ({ id }: PlannedMachine) => ({ kind: 'machine', id, change }) as const;
  const unmet = (machine: Machine | null): GatewayError | null =>
    machine !== null && isChanged(change, machine) ? soAlready(change, machine) : null;

  const endedOf = (id: string, { entity, error }: Done<Machine>, now: Machine | undefined): Ended<Machine> => {
    const shown = now ?? entity;
    const isThere = shown !== null && isChanged(change, shown);
    if (error === null || (isThere && !isSurelyNotSent(error))) return done(shown);
    if (isSurelyNotSent(error)) return failedOn(tenant, id, error);
    return stopped('UNKNOWN', unanswered(error, 'changed', 'the machine is shown as it is now'), shown);
  };

  const sendAll = async (sendings: readonly Sending<PlannedMachine>[]): Promise<readonly Ended<Machine>[]> => {
    const ids = sendings.map(({ target }) => target.id);
    const sent = await changeMachines(tenant, ids, change, committedScope(scope, clock));
    const unshown = ids.filter((_, index) => {
      const { entity = null, error = null } = sent[index] ?? {};
      if (error !== null) return !isSurelyNotSent(error);
      return entity === null || !isChanged(change, entity);
    });
    // What was done stands, whether it can be read or not.
    const again = await machinesNow(mutation, unshown, scope);
    return ids.map((id, index) =>
      endedOf(id, sent[index] ?? { entity: null, error: noAnswer() }, again.get(canonical(id))),
    );
  };

  return {
    ...foundBy(tenant, subjectOf, finders.machine),
    ...machines,
    check: ({ machine }) => refusedFor(unmet(machine), machine),
    looks: [lookAtMachines<Machine>(mutation, unmet, (machine) => machine)],
    before: ({ machine }) => machine,
    capability: 'machines.update',

    recall: async (done) => {
      const ids = done.map(({ target }) => target.id);
      const now = await machinesNow(mutation, ids, scope);
      return ids.map((id) => now.get(canonical(id)) ?? null);
    },

    send: (sendings) => sendTogether(sendings, sendAll),

    result: ({ target: { id, machine: before } }, ended) => {
      const result = told(id, ended.shown ?? before, ended);
      return { ...result, changes: isDryRun && result.machine !== null ? [fieldChange(change, result.machine)] : null };
    },
  };
};

/** What the change would make of the machine. */
const fieldChange = (change: MachineChange, { machineTags, deviceValue }: Machine): FieldChange => {
  if (change.kind === 'deviceValue') return { field: 'deviceValue', from: deviceValue, to: change.deviceValue };
  const others = machineTags.filter((tag) => tag !== change.tag);
  const added = machineTags.includes(change.tag) ? machineTags : [...machineTags, change.tag];
  return { field: 'machineTags', from: machineTags, to: change.operation === 'ADD' ? added : others };
};

const noAnswer = (): GatewayError => asGatewayError(new Error('A change of machines has no end'));

/** One row of the table: an action that changes what the organisation notes on machines. */
interface MachineChangeRow<Input extends ChangedMachinesInput> {
  readonly guardrail: GuardedAction;
  /** Throws when the input asks for none that Microsoft would take. */
  readonly changeOf: (input: Input) => MachineChange;
}

/** An action of the table. */
const machineChangeAction = <Input extends ChangedMachinesInput>({ guardrail, changeOf }: MachineChangeRow<Input>) =>
  tenantAction({
    ...{ guardrail, permission, read: 'machine:read' },
    targetsOf: ({ machineIds }: Input) => machineIds,
    order: (mutation) => {
      const { parts, input } = mutation;
      const change = changeOf(input);
      const comment = commentIn(input);
      const asked = machinesNamed(parts, input.machineIds);
      return { asked, comment, particulars: { comment, change }, kind: machineChangeKind(mutation, asked, change) };
    },
  });

/** The gateway's own bound: Microsoft's pages name none. */
const maxTagCharacters = 200;

export const tagMachines = machineChangeAction({
  guardrail: 'tag',
  changeOf: ({ tag, operation }: TagMachinesInput) => {
    return { kind: 'tag', operation, tag: checkText('tag', tag, maxTagCharacters) };
  },
});

export const setDeviceValue = machineChangeAction({
  guardrail: 'setDeviceValue',
  changeOf: ({ deviceValue }: SetDeviceValueInput) => {
    if (deviceValue !== 'UNKNOWN') return { kind: 'deviceValue', deviceValue };
    throw fault('deviceValue', 'is LOW, NORMAL or HIGH');
  },
});
