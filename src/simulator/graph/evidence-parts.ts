import type { TenantWorld, WorldFile, WorldMachine, WorldProcess, WorldUser } from '../world/types.ts';

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
    activeDirectoryObjectGuid: null,
    tenantId: world.tenantId,
    resourceAccessEvents: [],
  };
}

/** `microsoft.graph.security.fileDetails` */
export function fileDetails(file: WorldFile): Shape {
  return {
    sha1: file.sha1,
    sha256: file.sha256,
    md5: null,
    sha256Ac: null,
    fileName: file.fileName,
    filePath: file.filePath,
    fileSize: file.fileSize,
    filePublisher: file.publisher,
    signer: null,
    issuer: null,
  };
}

/** What `deviceEvidence` has beyond the base type. */
export function device(machine: WorldMachine): Shape {
  const [hostName = '', ...domain] = machine.computerDnsName.split('.');
  const windows = machine.osPlatform.startsWith('Windows');
  return {
    firstSeenDateTime: machine.firstSeen,
    mdeDeviceId: machine.id,
    azureAdDeviceId: machine.aadDeviceId,
    deviceDnsName: machine.computerDnsName,
    hostName,
    ntDomain: null,
    dnsDomain: domain.join('.'),
    osPlatform: machine.osPlatform,
    osBuild: machine.osBuild,
    version: machine.osVersion,
    healthStatus: camel(machine.healthStatus),
    riskScore: camel(machine.riskScore),
    rbacGroupId: machine.rbacGroupId,
    rbacGroupName: machine.rbacGroupName,
    onboardingStatus: camel(machine.onboardingStatus),
    defenderAvStatus: windows ? 'updated' : 'notSupported',
    lastIpAddress: machine.lastIpAddress,
    lastExternalIpAddress: machine.lastExternalIpAddress,
    ipInterfaces: [machine.lastIpAddress],
    vmMetadata: null,
    loggedOnUsers: machine.logonUsers.map(({ accountName, domainName }) => ({ accountName, domainName })),
    resourceAccessEvents: [],
  };
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
