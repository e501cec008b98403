import type { MachineSight } from '../../access/machine-sight.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Machine } from '../../domain/machine.ts';
import { asGatewayError, type GatewayError, NotFoundError } from '../../errors.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';

/** A machine that a caller named: its id when that is known, the machine when it was read, why not when it was not found. */
export type Target =
  | { readonly machineId: string; readonly machine: Machine | null; readonly error: null }
  | { readonly machineId: string; readonly machine: null; readonly error: GatewayError };

const idForm = /^[0-9a-f]{40}$/i;

/** Names that callers may give a machine: its full DNS name, or the first part of it. */
const isNamed = ({ computerDnsName }: Machine, asked: string): boolean => {
  const name = computerDnsName?.toLowerCase();
  return name === asked || name?.startsWith(`${asked}.`) === true;
};

const isMeant = (machine: Machine, asked: string): boolean =>
  machine.machineId.toLowerCase() === asked || isNamed(machine, asked);

/** How targets are compared: ids and DNS names know no case. */
export const canonical = (id: string): string => id.toLowerCase();

/**
 * Reads machines by id or DNS name, in bulk. The answer has one entry for each distinct one, by its canonical form. A machine
 * that does not go by the name is not taken for it: acts follow.
 */
export const readTargets = async (
  machines: MachineReads,
  tenant: Tenant,
  ids: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, Target>> => {
  const asked = [...new Set(ids.map(canonical))];
  const targets = new Map<string, Target>();
  if (asked.length === 0) return targets;
  let found: ReadonlyMap<string, Machine | Error>;
  try {
    found = await machines.byIds(tenant, asked, scope);
  } catch (thrown) {
    scope.signal.throwIfAborted();
    const error = asGatewayError(thrown);
    return new Map(asked.map((id) => [id, { machineId: id, machine: null, error }]));
  }
  for (const id of asked) {
    const machine = found.get(id);
    if (machine instanceof Error) targets.set(id, { machineId: id, machine: null, error: asGatewayError(machine) });
    else if (machine !== undefined && isMeant(machine, id)) {
      targets.set(id, { machineId: machine.machineId, machine, error: null });
    } else targets.set(id, { machineId: id, machine: null, error: unknownMachine(tenant, id) });
  }
  return targets;
};

/** The targets without those machines that the caller does not see: for him they do not exist. */
export const seenBy = (
  sight: MachineSight | null,
  tenant: Tenant,
  targets: ReadonlyMap<string, Target>,
): ReadonlyMap<string, Target> => {
  if (sight === null) return targets;
  const seen = (id: string, target: Target): Target =>
    target.machine === null || sight(target.machine)
      ? target
      : { machineId: id, machine: null, error: unknownMachine(tenant, id) };
  return new Map([...targets].map(([id, target]) => [id, seen(id, target)]));
};

export const unknownMachine = (tenant: Tenant, id: string): NotFoundError =>
  new NotFoundError(`There is no machine ${id} in ${tenant.name}`, { tenant: tenant.name });

/** Machines to act on: calls take ids alone, so names are looked up first, and ids are believed. */
export const resolveTargets = async (
  machines: MachineReads,
  tenant: Tenant,
  ids: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, Target>> => {
  const named = await readTargets(
    machines,
    tenant,
    ids.filter((id) => !idForm.test(id)),
    scope,
  );
  const targets = new Map(named);
  for (const id of ids) {
    if (idForm.test(id)) targets.set(canonical(id), { machineId: canonical(id), machine: null, error: null });
  }
  return targets;
};
