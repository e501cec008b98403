import type { MachineVisibility } from '../../../access/machine-visibility.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Machine } from '../../../domain/machine.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, retold } from '../../../errors.ts';
import type { Done } from '../../../routing/act-on-each.ts';
import { isChanged, type MachineChange } from '../../../routing/machine-changes.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActParts } from '../../act.ts';
import { committedScope, lookScope } from '../../committed-scope.ts';
import type { FieldChange, MachineResult } from '../../payloads.ts';
import { type ActKind, type Ended, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { errorRow } from '../../results.ts';
import { canonical, type PlannedMachine, planMachines, readTargets, unknownMachine } from '../machine/targets.ts';

/** One change of machines, its input checked. */
export interface MachineChangeJob {
  readonly tenant: Tenant;
  readonly asked: readonly string[];
  readonly change: MachineChange;
  readonly isDryRun: boolean;
  /** Null: the caller sees every machine. */
  readonly visibility: MachineVisibility | null;
  /** Who may change a machine and not read it does not learn of it by that. Null: the caller reads every machine. */
  readonly readable: MachineVisibility | null;
  /** Of the request. */
  readonly scope: CallScope;
}

/**
 * Changes of machines, found again by what machines show: a change that is made a second time does no harm. Calls: those of the
 * change, 1 for 50 machines where its answer does not show them, and those of the plan as for any act on machines.
 */
export const machineChangeKind = (
  { acts, changeMachines, finders, reads: { machines }, clock, log }: ActParts,
  { tenant, asked, change, isDryRun, visibility, readable, scope }: MachineChangeJob,
): ActKind<PlannedMachine, Machine, MachineResult> => {
  const subjectOf = ({ id }: PlannedMachine) => ({ kind: 'machine', id, change }) as const;

  /** As they are now, where that can be read: what was done stands. */
  const readAgain = async (ids: readonly string[]): Promise<ReadonlyMap<string, Machine>> => {
    if (ids.length === 0) return new Map();
    const found = await readTargets(machines, tenant, ids, lookScope(scope, clock));
    return new Map([...found].flatMap(([id, { machine }]) => (machine === null ? [] : [[id, machine]])));
  };

  const endedOf = (id: string, { entity, error }: Done<Machine>, now: Machine | undefined): Ended<Machine> => {
    const shown = now ?? entity;
    const isThere = shown !== null && isChanged(change, shown);
    if (error === null || (isThere && !isSurelyNotSent(error))) {
      return { outcome: 'DONE', error: null, shown, actionId: null };
    }
    if (!isSurelyNotSent(error)) return stopped('UNKNOWN', unknownOutcome(error), shown);
    return stopped('FAILED', error.code === 'NOT_FOUND' ? unknownMachine(tenant, id) : error);
  };

  const sendAll = async (sendings: readonly Sending<PlannedMachine>[]): Promise<readonly Ended<Machine>[]> => {
    for (const { renew } of sendings) await renew();
    const ids = sendings.map(({ target }) => target.id);
    const done = await changeMachines(tenant, ids, change, committedScope(scope, clock));
    const unshown = ids.filter((_, index) => {
      const { entity = null, error = null } = done[index] ?? {};
      if (error !== null) return !isSurelyNotSent(error);
      return entity === null || !isChanged(change, entity);
    });
    const again = await readAgain(unshown);
    return ids.map((id, index) =>
      endedOf(id, done[index] ?? { entity: null, error: noAnswer() }, again.get(canonical(id))),
    );
  };

  return {
    isUnmistakable: false,
    subjectOf,
    machineOf: ({ machine }) => machine,
    check: () => null,

    plan: (reading, planScope) => planMachines({ machines, tenant, asked, visibility, reading }, planScope),

    before: ({ machine }) => machine,
    refusal: (actScope) => acts.refusal(tenant, 'machines.update', actScope),
    looks: [],

    find: (sought, findScope) =>
      finders.machine(
        tenant,
        sought.map(({ target, ...one }) => ({ ...one, subject: subjectOf(target) })),
        findScope,
      ),

    recall: async (done) => {
      const now = await readAgain(done.map(({ target }) => target.id));
      return done.map(({ target: { id } }) => now.get(canonical(id)) ?? null);
    },

    send: (sendings) => sendTogether(sendings, sendAll),

    result: ({ target: { id, machine: before } }, { outcome, error, shown }) => {
      const machine = shown ?? before;
      const isReadable = machine !== null && (readable === null || readable(machine));
      return {
        tenant: tenant.name,
        machineId: id,
        machine: isReadable ? machine : null,
        changes: isDryRun && isReadable ? [fieldChange(change, machine)] : null,
        outcome,
        error: errorRow(error, log),
      };
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

const unknownOutcome = (error: GatewayError): GatewayError =>
  retold(
    error,
    `${error.message}. It may or may not have been changed, and was not sent again: the machine is shown as it is now`,
  );
