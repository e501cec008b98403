import type { Tenant } from '../config/tenants.ts';
import type { DeviceValue } from '../domain/enums.ts';
import type { Machine } from '../domain/machine.ts';
import { asGatewayError, isSurelyNotSent } from '../errors.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { CallScope } from '../scope.ts';
import { machineFromMde } from '../unification/machine.ts';
import { acknowledged } from '../upstream/answers.ts';
import { call, change as changeOf } from '../upstream/call.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { readPage } from '../upstream/http/shape.ts';
import { machine as kind } from '../upstream/mde/machines.ts';
import type { MdeMachine } from '../upstream/mde/wire.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { chunked } from './filter-forms.ts';
import { mayBeOfOne } from './in-halves.ts';
import { noAnswer } from './no-answer.ts';
import { type Done, doneBy, performOnEach } from './perform-on-each.ts';
import { sendOnce } from './send-once.ts';

/** What an organisation notes on a machine. */
export type MachineChange =
  /** add-or-remove-machine-tags.md */
  | { readonly kind: 'tag'; readonly operation: 'ADD' | 'REMOVE'; readonly tag: string }
  /** set-device-value.md */
  | { readonly kind: 'deviceValue'; readonly deviceValue: Exclude<DeviceValue, 'UNKNOWN'> };

/** Whether a machine is as the change would make it. */
export const isChanged = (change: MachineChange, { machineTags, deviceValue }: Machine): boolean =>
  change.kind === 'deviceValue'
    ? deviceValue === change.deviceValue
    : machineTags.includes(change.tag) === (change.operation === 'ADD');

/**
 * Changes machines, by their ids: a tag on 500 in one call, anything else one call each. Where the one call of many is refused as
 * a whole, each is asked by itself. An error is of that machine alone; `details.sent` tells whether it may have been changed.
 */
export type ChangeMachines = (
  tenant: Tenant,
  ids: readonly string[],
  change: MachineChange,
  scope: CallScope,
) => Promise<readonly Done<Machine>[]>;

const operationWords = { ADD: 'Add', REMOVE: 'Remove' } as const;
const valueWords = { LOW: 'Low', NORMAL: 'Normal', HIGH: 'High' } as const;

/** add-or-remove-multiple-machine-tags.md */
const mostAtOnce = 500;

/** Changes one machine; null: done, and not shown. */
export const changeOne = (id: string, change: MachineChange): Operation<MdeMachine | null> =>
  change.kind === 'deviceValue'
    ? changeOf(mde.setDeviceValue, { machineId: id }, kind, { DeviceValue: valueWords[change.deviceValue] })
    : changeOf(mde.addOrRemoveMachineTags, { id }, kind, {
        Value: change.tag,
        Action: operationWords[change.operation],
      });

/**
 * Sets a machine's value by the other call that can, whose quota is its own: limits are counted for each API. Tags are not spoken of,
 * for the page says of its list of tags both that it replaces them and that it is added to them. update-machine-method.md
 */
const valueByUpdate = (id: string, { deviceValue }: Extract<MachineChange, { kind: 'deviceValue' }>) =>
  changeOf(mde.updateMachine, { id }, kind, { deviceValue: valueWords[deviceValue] });

/** Answers with the machines that it changed, or with nothing. */
export const tagMany = (ids: readonly string[], { tag, operation }: Extract<MachineChange, { kind: 'tag' }>) =>
  call(
    mde.addOrRemoveTagForMultipleMachines,
    {},
    { parse: acknowledged(readPage(kind.many, kind.is)) },
    { body: { Value: tag, Action: operationWords[operation], MachineIds: ids } },
  );

export const createChangeMachines =
  (parts: RoutingDependencies): ChangeMachines =>
  async (tenant, ids, change, scope) => {
    const entityOf = (wire: MdeMachine | null): Machine | null => wire && machineFromMde(tenant.name, wire);

    /** A value that was surely not set, since that call's quota is spent, is set by the other. */
    const sendChange = async (id: string): Promise<MdeMachine | null> => {
      try {
        return await sendOnce(parts, tenant, changeOne(id, change), scope);
      } catch (thrown) {
        const error = asGatewayError(thrown);
        const isThrottled = error.code === 'UPSTREAM_THROTTLED' && isSurelyNotSent(error);
        if (change.kind !== 'deviceValue' || !isThrottled) throw error;
        return sendOnce(parts, tenant, valueByUpdate(id, change), scope);
      }
    };

    const each = (some: readonly string[]): Promise<readonly Done<Machine>[]> =>
      performOnEach(some, (id) => doneBy(async () => entityOf(await sendChange(id))));

    const many = async (some: readonly string[]): Promise<readonly Done<Machine>[]> => {
      if (change.kind !== 'tag' || some.length === 1) return each(some);
      try {
        const page = await sendOnce(parts, tenant, tagMany(some, change), scope);
        const changed = new Map(page?.items.map((wire) => [wire.id.toLowerCase(), wire]));
        return some.map((id) => {
          const wire = changed.get(id.toLowerCase()) ?? null;
          // Who shows machines that were changed and leaves one out does not say that it was.
          return { entity: entityOf(wire), error: wire === null && changed.size > 0 ? noAnswer(tenant) : null };
        });
      } catch (thrown) {
        const error = asGatewayError(thrown);
        // Refused for one of them, perhaps: then the others can be done.
        return mayBeOfOne(error) ? each(some) : some.map(() => ({ entity: null, error }));
      }
    };

    return parts.routing.run(tenant, 'machines.update', scope, {
      mde: async () => {
        const done: Done<Machine>[] = [];
        for (const some of chunked(ids, mostAtOnce)) done.push(...(await many(some)));
        return done;
      },
    });
  };
