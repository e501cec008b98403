import type { TenantWorld, WorldMachine, WorldUser } from '../world/types.ts';

/** Machines that the user signs in to, in the order of the estate. */
export function machinesOf(user: WorldUser, tenant: TenantWorld): readonly WorldMachine[] {
  return tenant.machines.filter((machine) => machine.logonUsers.includes(user));
}

const isDomainAdmin = (user: WorldUser): boolean => user.accountName.startsWith('svc-');

/** A user in the list of a machine's log-ons; the bare account name with its domain is the id. */
export function logonUserShape(
  user: WorldUser,
  machine: WorldMachine,
  tenant: TenantWorld,
): Readonly<Record<string, unknown>> {
  return { ...userShape(user, tenant), firstSeen: machine.firstSeen, lastSeen: machine.lastSeen };
}

/** A user as get-alert-related-user-info.md prints it; no property table is published. */
export function userShape(user: WorldUser, tenant: TenantWorld): Readonly<Record<string, unknown>> {
  const machines = machinesOf(user, tenant);
  const service = isDomainAdmin(user);
  return {
    id: `${user.domainName.toLowerCase()}\\${user.accountName}`,
    accountName: user.accountName,
    accountDomain: user.domainName.toLowerCase(),
    accountSid: user.userSid,
    firstSeen: machines[0]?.firstSeen ?? null,
    lastSeen: machines[0]?.lastSeen ?? null,
    mostPrevalentMachineId: machines[0]?.id ?? null,
    leastPrevalentMachineId: machines.at(-1)?.id ?? null,
    logonTypes: service ? 'Network' : 'Interactive, Network',
    logOnMachinesCount: machines.length,
    isDomainAdmin: service,
    isOnlyNetworkUser: service,
  };
}
