import { notFound } from '../defender/fault.ts';
import type { SimRequest } from '../http/types.ts';
import { stableGuid } from '../tenants.ts';
import { factsOf } from '../world/machine-facts.ts';
import type { TenantWorld, WorldMachine } from '../world/types.ts';

/**
 * A machine as machine.md prints it, with what answers carry beyond the table. `rbacGroupId` is a number: the table says
 * text, every answer holds a number.
 */
export function machineShape(machine: WorldMachine): Readonly<Record<string, unknown>> {
  return {
    id: machine.id,
    computerDnsName: machine.computerDnsName,
    firstSeen: machine.firstSeen,
    lastSeen: machine.lastSeen,
    osPlatform: machine.osPlatform,
    onboardingStatus: machine.onboardingStatus,
    osProcessor: machine.osProcessor,
    osArchitecture: machine.osProcessor === 'Unknown' ? null : '64-bit',
    version: machine.osVersion,
    osBuild: machine.osBuild,
    lastIpAddress: machine.lastIpAddress,
    lastExternalIpAddress: machine.lastExternalIpAddress,
    healthStatus: machine.healthStatus,
    deviceValue: machine.deviceValue,
    rbacGroupId: machine.rbacGroupId,
    rbacGroupName: machine.rbacGroupName,
    riskScore: machine.riskScore,
    exposureLevel: machine.exposureLevel,
    isAadJoined: machine.aadDeviceId !== null,
    aadDeviceId: machine.aadDeviceId,
    machineTags: machine.machineTags,
    ...factsOf(machine),
    mergedIntoMachineId: machine.mergedInto ?? null,
    osVersion: machine.osPlatform.startsWith('Windows') ? '10.0' : null,
    vmMetadata: machine.rbacGroupName === 'Servers' ? vmMetadataOf(machine) : null,
    ipAddresses: [
      { ipAddress: machine.lastIpAddress, macAddress: machine.macAddress, type: 'Ethernet', operationalStatus: 'Up' },
      {
        ipAddress: `fe80::${machine.macAddress.toLowerCase().replace(/(....)(?!$)/g, '$1:')}`,
        macAddress: machine.macAddress,
        type: 'Ethernet',
        operationalStatus: 'Up',
      },
    ],
  };
}

/** A virtual machine in a subscription of its tenant's (resources/security-vmmetadata.md). */
const vmMetadataOf = ({ id, computerDnsName }: WorldMachine): Readonly<Record<string, string>> => {
  const subscriptionId = stableGuid('subscription of the servers');
  const name = computerDnsName.split('.')[0] ?? computerDnsName;
  return {
    vmId: stableGuid(`virtual machine ${id}`),
    cloudProvider: 'Azure',
    resourceId: `/subscriptions/${subscriptionId}/resourceGroups/servers/providers/Microsoft.Compute/virtualMachines/${name}`,
    subscriptionId,
  };
};

/** The machine with that id or, as the single read allows, that DNS name. */
export function findMachine(tenant: TenantWorld, idOrName: string): WorldMachine | undefined {
  const wanted = idOrName.toLowerCase();
  return tenant.machines.find(({ id, computerDnsName }) => id === wanted || computerDnsName.toLowerCase() === wanted);
}

/** @throws DefenderFault ResourceNotFound */
export function machineNamed(request: SimRequest, idOrName: string): WorldMachine {
  const machine = findMachine(request.tenant, idOrName);
  if (machine === undefined) throw notFound('machine', idOrName);
  return machine;
}
