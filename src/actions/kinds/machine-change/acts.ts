import type { GuardedAction } from '../../../config/guardrails.ts';
import { InputError } from '../../../errors.ts';
import type { MachineChange } from '../../../routing/machine-changes.ts';
import type { Act } from '../../act.ts';
import { checkComment, checkLength, checkTargets } from '../../check-input.ts';
import type { ChangedMachinesInput, SetDeviceValueInput, TagMachinesInput } from '../../inputs.ts';
import type { MachineResult } from '../../payloads.ts';
import { payloadOf } from '../../results.ts';
import { canonical } from '../machine/targets.ts';
import { machineChangeKind } from './kind.ts';

/** One row of the table: an act that changes what the organisation notes on machines. */
interface MachineChangeRow<Input extends ChangedMachinesInput> {
  readonly guardrail: GuardedAction;
  /** Throws when the input asks for none that Microsoft would take. */
  readonly changeOf: (input: Input) => MachineChange;
}

/** An act of the table. Tags decide which guardrails hold for a machine and which roles cover it, so one permission has both. */
const machineChangeAct = <Input extends ChangedMachinesInput>({
  guardrail,
  changeOf,
}: MachineChangeRow<Input>): Act<Input, MachineResult> => ({
  guardrail,
  permission: 'machine:write',
  targetsOf: ({ machineIds }) => machineIds,
  perform: async (parts, mutation, acting, input, scope) => {
    const { access } = acting;
    const tenant = access.tenantFor(input.tenant, 'machine:write');
    const change = changeOf(input);
    const comment = input.comment == null ? null : checkComment(input.comment);
    const asked = checkTargets('machineIds', input.machineIds, parts.targetsPerMutation).map(canonical);
    const kind = machineChangeKind(parts, {
      ...{ tenant, asked, change, scope, isDryRun: input.dryRun === true },
      visibility: access.machineVisibility('machine:write', tenant),
      readable: access.machineVisibility('machine:read', tenant),
    });
    const order = { acting, mutation, guardrail, tenant, input, asked, comment, kind } as const;
    const results = await parts.pipeline({ ...order, read: 'machine:read', particulars: { comment, change } }, scope);
    return payloadOf(input, results);
  },
});

/** The gateway's own bound: Microsoft's pages name none. */
const maxTagCharacters = 200;

export const tagMachines = machineChangeAct({
  guardrail: 'tag',
  changeOf: ({ tag, operation }: TagMachinesInput) => {
    if (tag.trim() === '') throw new InputError('tag is blank', { field: 'tag' });
    return { kind: 'tag', operation, tag: checkLength('tag', tag.trim(), maxTagCharacters) };
  },
});

export const setDeviceValue = machineChangeAct({
  guardrail: 'setDeviceValue',
  changeOf: ({ deviceValue }: SetDeviceValueInput) => {
    if (deviceValue !== 'UNKNOWN') return { kind: 'deviceValue', deviceValue };
    throw new InputError('deviceValue is LOW, NORMAL or HIGH', { field: 'deviceValue' });
  },
});
