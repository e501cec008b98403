import type { Tenant } from '../config/tenants.ts';
import { formOf, hasIdForm, isMachineId } from '../domain/id-forms.ts';
import type { Machine } from '../domain/machine.ts';
import { asGatewayError, type GatewayError, InputError, NotFoundError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { AmbiguousMachineError, goesBy } from './machine-names.ts';
import type { MachineReads } from './machines.ts';

/** A machine that a caller named: its id when that is known, the machine when it was read, why not when it was not found. */
export type Target =
  | { readonly machineId: string; readonly machine: Machine | null; readonly error: null }
  | { readonly machineId: string; readonly machine: null; readonly error: GatewayError };

export const notFound = (machineId: string, error: GatewayError): Target => ({ machineId, machine: null, error });

const isMeant = (machine: Machine, asked: string): boolean =>
  machine.machineId.toLowerCase() === asked || goesBy(machine, asked);

/** How targets are compared: ids and DNS names know no case. */
export const canonical = (id: string): string => id.toLowerCase();

/** Machines that a list left out and that are asked for by themselves. */
const mostConfirmed = 10;

/** One of a list that left more out than are asked for by themselves: whether it is there is not known. */
const notAsked = ({ name }: Tenant): GatewayError =>
  new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `The list of machines leaves out more than ${mostConfirmed} of those that are named, so this one was not asked for: name fewer`,
    { tenant: name, api: 'mde', sent: 'no' },
  );

/** What a list brought, with machines that it left out read by themselves: a list that has not a machine does not prove that there is none. */
const confirmed = async (
  machines: MachineReads,
  tenant: Tenant,
  asked: readonly string[],
  found: ReadonlyMap<string, Machine | Error>,
  scope: CallScope,
): Promise<ReadonlyMap<string, Machine | Error>> => {
  const missing = asked.length === 1 ? [] : asked.filter((id) => isMachineId(id) && !found.has(id));
  const alone = await Promise.all(
    missing.slice(0, mostConfirmed).map((id) =>
      machines.byIds(tenant, [id], scope).catch((thrown: unknown): ReadonlyMap<string, Machine | Error> => {
        scope.signal.throwIfAborted();
        return new Map([[id, asGatewayError(thrown)]]);
      }),
    ),
  );
  const rest = missing.slice(mostConfirmed).map((id) => [id, notAsked(tenant)] as const);
  return new Map([...found, ...alone.flatMap((one) => [...one]), ...rest]);
};

/**
 * What was found by full DNS names, with an error where another machine has the name, too: which of them was meant nobody knows. Where that
 * cannot be asked, the one that Microsoft itself takes by the name is believed: an action in an emergency does not wait for a list.
 */
const withoutNamesakes = async (
  machines: MachineReads,
  tenant: Tenant,
  found: ReadonlyMap<string, Machine | Error>,
  scope: CallScope,
): Promise<ReadonlyMap<string, Machine | Error>> => {
  const named = new Map(
    [...found].flatMap(([name, machine]) =>
      isMachineId(name) || !name.includes('.') || machine instanceof Error ? [] : [[name, machine]],
    ),
  );
  if (named.size === 0) return found;
  const all = await machines.namesakes(tenant, [...named.values()], scope).catch(() => {
    scope.signal.throwIfAborted();
    return [];
  });
  const doubted = [...named.keys()].flatMap((name): readonly (readonly [string, Error])[] => {
    const among = [...new Map(all.filter((one) => goesBy(one, name)).map((one) => [one.machineId, one])).values()];
    return among.length > 1 ? [[name, new AmbiguousMachineError(name, among)]] : [];
  });
  return new Map([...found, ...doubted]);
};

/**
 * Reads machines by id or DNS name, in bulk. The answer has one entry for each distinct one, by its canonical form. A machine
 * that does not go by the name is not taken for it, nor one of several that do: actions follow. Calls: 1 for 39 ids, and 1 for each of ten
 * that are not there; 1 for each full DNS name, and 1 for each ten of them.
 */
export const readTargets = async (
  machines: MachineReads,
  tenant: Tenant,
  ids: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, Target>> => {
  const all = [...new Set(ids.map(canonical))];
  const asked = all.filter((id) => hasIdForm('machine', id));
  const targets = new Map<string, Target>(
    all.filter((id) => !hasIdForm('machine', id)).map((id) => [id, notFound(id, malformed(id))]),
  );
  if (asked.length === 0) return targets;
  let found: ReadonlyMap<string, Machine | Error>;
  try {
    const named = await withoutNamesakes(machines, tenant, await machines.byIds(tenant, asked, scope), scope);
    found = await confirmed(machines, tenant, asked, named, scope);
  } catch (thrown) {
    scope.signal.throwIfAborted();
    const error = asGatewayError(thrown);
    for (const id of asked) targets.set(id, notFound(id, error));
    return targets;
  }
  for (const id of asked) {
    const machine = found.get(id);
    if (machine instanceof Error) targets.set(id, notFound(id, asGatewayError(machine)));
    else if (machine === undefined || !isMeant(machine, id)) targets.set(id, notFound(id, unknownMachine(tenant, id)));
    else targets.set(id, { machineId: machine.machineId, machine, error: null });
  }
  return targets;
};

/** Why an id is none: saves a call that cannot succeed. */
const malformed = (id: string): GatewayError =>
  new InputError(`"${id.slice(0, 80)}" is not an id of this kind: ${formOf('machine')}`, { field: 'machineId' });

export const unknownMachine = (tenant: Tenant, id: string): NotFoundError =>
  new NotFoundError(`There is no machine ${id} in ${tenant.name}`, { tenant: tenant.name });

/** Machines to act on: calls take ids alone, so names are looked up first, and ids are believed. */
export const resolveTargets = async (
  machines: MachineReads,
  tenant: Tenant,
  ids: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, Target>> => {
  const [known, names] = [ids.filter(isMachineId), ids.filter((id) => !isMachineId(id))];
  const targets = new Map(await readTargets(machines, tenant, names, scope));
  for (const id of known.map(canonical)) targets.set(id, { machineId: id, machine: null, error: null });
  return targets;
};
