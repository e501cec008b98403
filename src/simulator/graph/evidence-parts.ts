import { hash } from 'node:crypto';
import { factsOf } from '../world/machine-facts.ts';
import type { TenantWorld, WorldFile, WorldMachine, WorldProcess, WorldUser } from '../world/types.ts';
import { guidOf } from './evidence-ids.ts';

/** An object of the wire. */
export type Shape = Readonly<Record<string, unknown>>;

/** Graph's enums begin small: `NoSensorData` to `noSensorData`. */
function camel(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}

/** `microsoft.graph.security.userAccount` */
export function userAccount(user: WorldUser, world: TenantWorld): Shape {
  return {
    accountName: user.accountName,
    domainName: user.domainName,
    userSid: user.userSid,
    azureAdUserId: user.aadUserId === '' ? null : user.aadUserId,
    userPrincipalName: user.userPrincipalName === '' ? null : user.userPrincipalName,
    displayName: user.displayName,
    activeDirectoryObjectGuid: guidOf(world, user.userSid),
    tenantId: world.tenantId,
    resourceAccessEvents: [],
  };
}

/** `microsoft.graph.security.fileDetails` */
export function fileDetails(file: WorldFile): Shape {
  return {
    sha1: file.sha1,
    sha256: file.sha256,
    md5: hash('md5', file.sha256),
    sha256Ac: file.publisher === null ? null : hash('sha256', file.sha256),
    fileName: file.fileName,
    filePath: file.filePath,
    fileSize: file.fileSize,
    filePublisher: file.publisher,
    signer: file.publisher,
    issuer: file.publisher === null ? null : `${file.publisher} Code Signing CA`,
  };
}

/** What `deviceEvidence` has beyond the base type. */
export function device(machine: WorldMachine, world: TenantWorld): Shape {
  const [hostName = '', ...domain] = machine.computerDnsName.split('.');
  const windows = machine.osPlatform.startsWith('Windows');
  return {
    firstSeenDateTime: machine.firstSeen,
    mdeDeviceId: machine.id,
    azureAdDeviceId: machine.aadDeviceId,
    deviceDnsName: machine.computerDnsName,
    hostName,
    ntDomain: windows ? (domain[0]?.toUpperCase() ?? null) : null,
    dnsDomain: domain.join('.'),
    osPlatform: machine.osPlatform,
    osBuild: machine.osBuild,
    version: machine.osVersion,
    healthStatus: camel(machine.healthStatus),
    riskScore: camel(machine.riskScore),
    rbacGroupId: machine.rbacGroupId,
    rbacGroupName: machine.rbacGroupName,
    onboardingStatus: camel(machine.onboardingStatus),
    defenderAvStatus: camel(factsOf(machine).defenderAvStatus),
    lastIpAddress: machine.lastIpAddress,
    lastExternalIpAddress: machine.lastExternalIpAddress,
    ipInterfaces: [machine.lastIpAddress],
    vmMetadata: machine.osPlatform === 'Linux' ? vmMetadata(machine, world) : null,
    loggedOnUsers: machine.logonUsers.map(({ accountName, domainName }) => ({ accountName, domainName })),
    resourceAccessEvents: machine.osPlatform.startsWith('WindowsServer') ? accessTo(machine) : [],
  };
}

/** `microsoft.graph.security.vmMetadata`: the estate's Linux servers run in Azure. */
function vmMetadata(machine: WorldMachine, world: TenantWorld): Shape {
  const subscriptionId = guidOf(world, 'subscription');
  const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-${world.name}`;
  const name = machine.computerDnsName.split('.')[0] ?? '';
  return {
    vmId: guidOf(world, machine.id),
    cloudProvider: 'azure',
    resourceId: `${group}/providers/Microsoft.Compute/virtualMachines/${name}`,
    subscriptionId,
  };
}

/** `microsoft.graph.security.resourceAccessEvent`: who logs on to a server reaches its shares. */
function accessTo(machine: WorldMachine): readonly Shape[] {
  return machine.logonUsers.slice(0, 1).map((user) => ({
    accessDateTime: machine.lastSeen,
    accountId: user.aadUserId === '' ? user.userSid : user.aadUserId,
    ipAddress: machine.lastIpAddress,
    resourceIdentifier: `cifs/${machine.computerDnsName}`,
  }));
}

/** What `processEvidence` says of the process. */
export function processDetails(process: WorldProcess, world: TenantWorld): Shape {
  return {
    processId: process.processId,
    parentProcessId: process.parentProcessId,
    processCommandLine: process.commandLine,
    processCreationDateTime: process.createdAt,
    parentProcessCreationDateTime: process.parentCreatedAt,
    imageFile: fileDetails(process.image),
    parentProcessImageFile: fileDetails(process.parentImage),
    userAccount: userAccount(process.user, world),
  };
}

/** `microsoft.graph.security.emailSender` */
export function emailSender(address: string): Shape {
  const [name = '', domain = ''] = address.split('@');
  return { emailAddress: address, displayName: name, domainName: domain };
}
