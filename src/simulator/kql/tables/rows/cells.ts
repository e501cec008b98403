import type { WorldFile, WorldMachine, WorldProcess, WorldUser } from '../../../world/types.ts';

/** A number that stands for an event (FNV-1a of its marks); like the real `ReportId` it may repeat between machines. */
export function reportIdOf(...marks: readonly string[]): number {
  let state = 0x811c9dc5;
  for (const character of marks.join('/')) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return state % 1_000_000;
}

/** The estate knows no MD5: half of the SHA-256 stands in, as stable and as unique. */
function md5Of(file: WorldFile): string {
  return file.sha256.slice(32);
}

/** Event tables print the whole path; Linux and macOS part it with a slash. */
export function fullPath({ filePath, fileName }: WorldFile): string {
  return filePath.startsWith('/') ? `${filePath}/${fileName}` : `${filePath}\\${fileName}`;
}

/** The machine an event happened on. */
export function machineCells(machine: WorldMachine) {
  return { DeviceId: machine.id, DeviceName: machine.computerDnsName };
}

/** The account as Windows knows it. */
export function accountCells(user: WorldUser) {
  return { AccountName: user.accountName, AccountDomain: user.domainName, AccountSid: user.userSid };
}

/** The account with its Entra identity. */
export function entraAccountCells(user: WorldUser) {
  return { ...accountCells(user), AccountUpn: user.userPrincipalName, AccountObjectId: user.aadUserId };
}

/** The file an event is about. */
export function fileCells(file: WorldFile) {
  return {
    FileName: file.fileName,
    FolderPath: fullPath(file),
    SHA1: file.sha1,
    SHA256: file.sha256,
    MD5: md5Of(file),
    FileSize: file.fileSize,
  };
}

/** An image as the process that caused an event. */
function initiatingImage(file: WorldFile) {
  return {
    InitiatingProcessFileName: file.fileName,
    InitiatingProcessFolderPath: fullPath(file),
    InitiatingProcessSHA1: file.sha1,
    InitiatingProcessSHA256: file.sha256,
    InitiatingProcessMD5: md5Of(file),
    InitiatingProcessFileSize: file.fileSize,
    InitiatingProcessVersionInfoCompanyName: file.publisher ?? '',
    InitiatingProcessVersionInfoOriginalFileName: file.fileName,
  };
}

function initiatingAccount(user: WorldUser) {
  return {
    InitiatingProcessAccountName: user.accountName,
    InitiatingProcessAccountDomain: user.domainName,
    InitiatingProcessAccountSid: user.userSid,
    InitiatingProcessAccountUpn: user.userPrincipalName,
    InitiatingProcessAccountObjectId: user.aadUserId,
    InitiatingProcessIntegrityLevel: user.userSid === 'S-1-5-18' ? 'System' : 'Medium',
    InitiatingProcessTokenElevation: 'TokenElevationTypeDefault',
  };
}

/** The process as the cause of an event. */
export function initiatingCells(process: WorldProcess) {
  return {
    ...initiatingImage(process.image),
    ...initiatingAccount(process.user),
    InitiatingProcessId: process.processId,
    InitiatingProcessCommandLine: process.commandLine,
    InitiatingProcessCreationTime: process.createdAt,
    InitiatingProcessParentId: process.parentProcessId,
    InitiatingProcessParentFileName: process.parentImage.fileName,
    InitiatingProcessParentCreationTime: process.parentCreatedAt,
    InitiatingProcessSessionId: 1,
    IsInitiatingProcessRemoteSession: false,
  };
}

/** The parent of a process as the cause of its start. */
export function parentCells(process: WorldProcess) {
  return {
    ...initiatingImage(process.parentImage),
    ...initiatingAccount(process.user),
    InitiatingProcessId: process.parentProcessId,
    InitiatingProcessCommandLine: process.parentImage.fileName,
    InitiatingProcessCreationTime: process.parentCreatedAt,
    InitiatingProcessSessionId: 1,
    IsInitiatingProcessRemoteSession: false,
  };
}
