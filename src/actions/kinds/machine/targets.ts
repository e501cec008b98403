import type { Access } from '../../../access/access.ts';
import type { MachineVisibility } from '../../../access/machine-visibility.ts';
import type { AlertPermission, MachinePermission } from '../../../access/roles.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { isMachineId } from '../../../domain/id-forms.ts';
import type { Machine } from '../../../domain/machine.ts';
import { GatewayError } from '../../../errors.ts';
import { AmbiguousMachineError } from '../../../routing/machine-names.ts';
import type { MachineReads } from '../../../routing/machines.ts';
import {
  canonical,
  notFound,
  readTargets,
  resolveTargets,
  type Target,
  unknownMachine,
} from '../../../routing/named-machines.ts';
import { readOne } from '../../../routing/reads-by-id.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActionParts } from '../../action.ts';
import { checkTargets } from '../../check-input.ts';
import { lookScope } from '../../committed-scope.ts';
import { settledAtFirst, settledSoFar } from '../../once/open-at-first.ts';
import { type Ended, type Planned, refusedFor, stopped, type Told } from '../../pipeline/kind.ts';
import type { TenantMutation } from '../../tenant-action.ts';

/** The targets without the machines that the caller does not see: for that caller they do not exist. */
export const seenBy = (
  visibility: MachineVisibility | null,
  tenant: Tenant,
  targets: ReadonlyMap<string, Target>,
): ReadonlyMap<string, Target> => {
  if (visibility === null) return targets;
  const seen = (id: string, target: Target): Target => {
    const unknown = notFound(id, unknownMachine(tenant, id));
    if (target.error instanceof AmbiguousMachineError) {
      // A name of several machines: only those that the caller sees are told.
      const among = target.error.among.filter(visibility);
      const [only] = among;
      if (among.length > 1) return notFound(id, new AmbiguousMachineError(id, among));
      return only === undefined ? unknown : { machineId: only.machineId, machine: only, error: null };
    }
    return target.machine === null || visibility(target.machine) ? target : unknown;
  };
  return new Map([...targets].map(([id, target]) => [id, seen(id, target)]));
};

/** A machine that is acted on: its id, and itself where it was read. */
export interface PlannedMachine {
  /** Defender's id. */
  readonly id: string;
  /** Null: it was not read. */
  readonly machine: Machine | null;
}

/** The machines that a mutation names, in the form in which equal names are equal. */
export const machinesNamed = (
  { targetsPerMutation }: Pick<ActionParts, 'targetsPerMutation'>,
  ids: readonly string[],
) => checkTargets('machineIds', ids, targetsPerMutation).map(canonical);

/** The machines of an action, as its caller sees them. `reading`: with the machine itself, else only where a name or limit needs it. */
export const planMachines = async (
  { parts, acting, tenant }: TenantMutation,
  permission: AlertPermission | MachinePermission,
  asked: readonly string[],
  reading: boolean,
  scope: CallScope,
): Promise<readonly Planned<PlannedMachine>[]> => {
  const { machines } = parts.reads;
  const visibility = acting.access.machineVisibility(permission, tenant);
  const targets =
    reading || visibility !== null
      ? seenBy(visibility, tenant, await readTargets(machines, tenant, asked, scope))
      : await resolveTargets(machines, tenant, asked, scope);
  return [...targets].map(([name, { machineId, machine, error }]) => ({
    asked: name,
    target: { id: machineId, machine },
    error,
  }));
};

/** The id and the name of a machine, as they are kept. */
const pairOf = (id: string, name: string): string => `${id} ${name}`;
const nameIn = (pair: string): string => pair.slice(pair.indexOf(' ') + 1);
const idIn = (pair: string): string => pair.slice(0, pair.indexOf(' '));

/** Plans names by the machines that they are held to: what is done to one machine is not to be done to another that has its name by now. */
const planHeld = async (
  held: ReadonlyMap<string, string>,
  asked: readonly string[],
  plan: (asked: readonly string[]) => Promise<readonly Planned<PlannedMachine>[]>,
): Promise<readonly Planned<PlannedMachine>[]> => {
  const planned = new Map((await plan(asked.map((name) => held.get(name) ?? name))).map((one) => [one.asked, one]));
  return asked.flatMap((name) => {
    const one = planned.get(held.get(name) ?? name);
    return one === undefined ? [] : [{ ...one, asked: name }];
  });
};

/** Under a key a name leads to the machine that had it when it was first found under that key. */
const planUnderKey = async (
  mutation: TenantMutation,
  asked: readonly string[],
  plan: (asked: readonly string[]) => Promise<readonly Planned<PlannedMachine>[]>,
): Promise<readonly Planned<PlannedMachine>[]> => {
  if (asked.every(isMachineId)) return plan(asked);
  let first: readonly Planned<PlannedMachine>[] | null = null;
  const found = (plans: readonly Planned<PlannedMachine>[]) =>
    plans.flatMap(({ asked: name, target, error }) => (error === null ? [pairOf(target.id, name)] : []));
  const known = await settledAtFirst(mutation, async () => {
    first = await plan(asked);
    return found(first);
  });
  if (first !== null) return first;
  const plans = await planHeld(new Map(known.map((pair) => [nameIn(pair), idIn(pair)])), asked, plan);
  await settledSoFar(mutation, known, found(plans), nameIn);
  return plans;
};

/** By approval a name leads to the machine that had it when it was asked for; one that nobody had to none. */
const planAgreed = async (
  machines: ReadonlyMap<string, string>,
  asked: readonly string[],
  plan: (asked: readonly string[]) => Promise<readonly Planned<PlannedMachine>[]>,
): Promise<readonly Planned<PlannedMachine>[]> => {
  const agreed = new Map([...machines].map(([name, id]) => [canonical(name), id]));
  const isAgreed = (name: string): boolean => isMachineId(agreed.get(name) ?? name);
  const plans = await planHeld(agreed, asked.filter(isAgreed), plan);
  const others = asked.filter((name) => !isAgreed(name));
  return [
    ...plans,
    ...others.map((name) => ({ asked: name, target: { id: name, machine: null }, error: nobodys(name) })),
  ];
};

const nobodys = (name: string): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `No machine was found by the name ${name} when the approval was asked for: ask for a new one`,
    { sent: 'no' },
  );

/** What actions on machines that are named have in common. */
export const onMachines = (
  mutation: TenantMutation,
  permission: AlertPermission | MachinePermission,
  asked: readonly string[],
) => {
  const { acting, tenant, isDryRun } = mutation;
  const reads = acting.access.machineVisibility('machine:read', tenant);
  // A dry run tells which machine has the name now.
  const agreed = isDryRun ? undefined : acting.approved?.machines;
  return {
    machineOf: ({ machine }: PlannedMachine): Machine | null => machine,
    plan: (reading: boolean, scope: CallScope) => {
      const plan = (names: readonly string[]) => planMachines(mutation, permission, names, reading, scope);
      return agreed === undefined ? planUnderKey(mutation, asked, plan) : planAgreed(agreed, asked, plan);
    },
    /** What every result has; the machine where the caller reads it: who may act on one and not read it does not learn of it by acting. */
    told: (machineId: string, machine: Machine | null, { outcome, error }: Told<unknown>) => ({
      ...{ tenant: tenant.name, machineId, outcome, error },
      machine: machine === null || reads === null || reads(machine) ? machine : null,
    }),
  };
};

/** Machines as they are now, by their canonical form; without those that are not there or cannot be read. Calls: 1 for 39. */
export const machinesNow = async (
  { parts: { reads, clock }, tenant }: TenantMutation,
  ids: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, Machine>> => {
  const found = await readTargets(reads.machines, tenant, ids, lookScope(scope, clock));
  return new Map([...found].flatMap(([id, { machine }]) => (machine === null ? [] : [[id, machine]])));
};

/** Of a machine to which nothing was done. */
export const failedOn = (tenant: Tenant, id: string, error: GatewayError): Ended<never> =>
  stopped('FAILED', error.code === 'NOT_FOUND' ? unknownMachine(tenant, id) : error);

/**
 * What speaks against machines that were not read for the plan: one that is not there, or does not meet what the action asks. Of those
 * that cannot be read nothing is told. `shownOf`: what is shown of one that is refused. Calls: 1 for 39 of them.
 */
export const lookAtMachines =
  <Shown = never>(
    { parts: { reads, log }, tenant }: TenantMutation,
    unmet: (machine: Machine | null) => GatewayError | null,
    shownOf: (machine: Machine) => Shown | null = () => null,
  ) =>
  async (
    targets: readonly PlannedMachine[],
    _isDryRun: boolean,
    scope: CallScope,
  ): Promise<readonly (Ended<Shown> | null)[]> => {
    const unread = targets.flatMap(({ id, machine }) => (machine === null ? [id] : []));
    const found = await readTargets(reads.machines, tenant, unread, scope);
    const failures = [...found.values()].flatMap(({ error }) =>
      error === null || error.code === 'NOT_FOUND' ? [] : [error],
    );
    if (failures.length > 0) {
      const { length: of } = failures;
      log.warn('Machines could not be read before an action', { tenant: tenant.name, machines: of, err: failures[0] });
    }
    return targets.map(({ id }) => {
      const { machine = null, error = null } = found.get(canonical(id)) ?? {};
      if (error?.code === 'NOT_FOUND') return stopped('FAILED', error);
      return refusedFor(unmet(machine), machine === null ? null : shownOf(machine));
    });
  };

/**
 * Whether the caller has the permission for the machine; one that is gone is covered by no role that is limited. One call for
 * a caller who has it for some machines alone, none for others. Rejects when the machine cannot be read.
 */
export const coversMachine = async (
  access: Pick<Access, 'machineVisibility'>,
  permission: MachinePermission,
  { tenant, machineId }: { readonly tenant: Tenant; readonly machineId: string },
  machines: Pick<MachineReads, 'byIds'>,
  scope: CallScope,
): Promise<boolean> => {
  const covers = access.machineVisibility(permission, tenant);
  if (covers === null) return true;
  const machine = await readOne(machines, tenant, machineId, scope);
  return machine !== null && covers(machine);
};
