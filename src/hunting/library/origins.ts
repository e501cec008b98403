import {
  inTime,
  type LibraryQueries,
  lines,
  newestFirst,
  onAnyMachine,
  onMachine,
  parameters,
} from './library-query.ts';

const details = 'microsoft-atp-advanced-hunting-process-details';
const coverUp = 'microsoft-atp-advanced-hunting-cover-up';

const ofFile = { machine: parameters.anyMachine, file: parameters.anyFile, hash: parameters.anyHash } as const;
const theFile = lines(
  '| where isnotempty(file) or isnotempty(hash)',
  '| where isempty(file) or FileName =~ file',
  '| where isempty(hash) or SHA1 =~ hash or SHA256 =~ hash or MD5 =~ hash',
);

const processes = (columns: string): string =>
  lines(
    'DeviceProcessEvents',
    inTime,
    onAnyMachine,
    theFile,
    `| project Timestamp, DeviceId, DeviceName, AccountName, FileName, ${columns}`,
    newestFirst,
  );

/** Events of an account on machines, from several tables. */
const ofAccount = (columns: string): string =>
  `union (DeviceProcessEvents ${inTime} | where AccountName =~ account | project Timestamp, DeviceId, DeviceName, ActionType, ${columns}),
  (DeviceLogonEvents ${inTime} | where AccountName =~ account | project Timestamp, DeviceId, DeviceName, ActionType, FileName = "", What = LogonType),
  (DeviceFileEvents ${inTime} | where InitiatingProcessAccountName =~ account | project Timestamp, DeviceId, DeviceName, ActionType, FileName, What = FolderPath),
  (DeviceNetworkEvents ${inTime} | where InitiatingProcessAccountName =~ account | project Timestamp, DeviceId, DeviceName, ActionType, FileName = InitiatingProcessFileName, What = RemoteIP)`;
const whatTheyDid = ofAccount('FileName, What = ProcessCommandLine');

/** Where files and processes are from, and what was hidden; what accounts did. Queries on a file need its name or hash. */
export const origins = {
  fileOrigin: {
    about:
      'How a file came to machines: the processes that made it, and where it was fetched from. Give its name or its hash.',
    tables: ['DeviceFileEvents'],
    parameters: ofFile,
    alsoKnownAs: ['microsoft-atp-advanced-hunting-file-origin'],
    kql: lines(
      'DeviceFileEvents',
      inTime,
      '| where ActionType in ("FileCreated", "FileRenamed", "FileModified")',
      onAnyMachine,
      theFile,
      '| project Timestamp, DeviceId, DeviceName, ActionType, FileName, FolderPath, SHA1, FileOriginUrl, FileOriginReferrerUrl, FileOriginIP, PreviousFileName, ShareName, RequestSourceIP, RequestAccountName, InitiatingProcessFileName, InitiatingProcessSHA1, InitiatingProcessCommandLine, InitiatingProcessParentFileName, InitiatingProcessAccountName',
      newestFirst,
    ),
  },
  parentProcess: {
    about: 'What started the processes of a file. Give its name or its hash.',
    tables: ['DeviceProcessEvents'],
    parameters: ofFile,
    alsoKnownAs: [`${details}/parent_process`],
    kql: processes(
      'ProcessCommandLine, InitiatingProcessFileName, InitiatingProcessId, InitiatingProcessSHA1, InitiatingProcessFolderPath, InitiatingProcessCommandLine, InitiatingProcessCreationTime',
    ),
  },
  grandparentProcess: {
    about: 'What started the parents of the processes of a file. Give its name or its hash.',
    tables: ['DeviceProcessEvents'],
    parameters: ofFile,
    alsoKnownAs: [`${details}/grandparent_process`],
    kql: processes(
      'InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessParentFileName, InitiatingProcessParentId, InitiatingProcessParentCreationTime',
    ),
  },
  processDetails: {
    about: 'Hashes, path, maker and integrity of the processes of a file. Give its name or its hash.',
    tables: ['DeviceProcessEvents'],
    parameters: ofFile,
    alsoKnownAs: [`${details}/process_details`],
    kql: processes(
      'FolderPath, SHA1, SHA256, MD5, ProcessId, ProcessCommandLine, ProcessIntegrityLevel, ProcessTokenElevation, ProcessVersionInfoCompanyName, ProcessVersionInfoProductName, ProcessVersionInfoOriginalFileName',
    ),
  },
  selfDeletedFiles: {
    about: 'Files that were deleted by the very program that they are.',
    tables: ['DeviceFileEvents'],
    parameters: ofFile,
    alsoKnownAs: [`${coverUp}/file_deleted`],
    kql: lines(
      'DeviceFileEvents',
      inTime,
      '| where ActionType == "FileDeleted"',
      '| where (isnotempty(SHA1) and SHA1 =~ InitiatingProcessSHA1) or InitiatingProcessCommandLine contains FileName',
      onAnyMachine,
      '| where isempty(file) or FileName =~ file',
      '| where isempty(hash) or SHA1 =~ hash or SHA256 =~ hash or MD5 =~ hash',
      '| project Timestamp, DeviceId, DeviceName, FileName, FolderPath, SHA1, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName',
      newestFirst,
    ),
  },
  clearedEventLogs: {
    about: 'Event logs that were cleared.',
    tables: ['DeviceEvents', 'DeviceProcessEvents'],
    parameters: { machine: parameters.anyMachine },
    alsoKnownAs: [`${coverUp}/event_log_cleared`],
    kql: lines(
      `union (DeviceEvents ${inTime} | where ActionType == "SecurityLogCleared"
    | project Timestamp, DeviceId, DeviceName, ActionType, CommandLine = InitiatingProcessCommandLine, Account = InitiatingProcessAccountName),
  (DeviceProcessEvents ${inTime}
    | where (FileName =~ "wevtutil.exe" and ProcessCommandLine has_any ("cl", "clear-log")) or ProcessCommandLine has "Clear-EventLog"
    | project Timestamp, DeviceId, DeviceName, ActionType, CommandLine = ProcessCommandLine, Account = AccountName)`,
      onAnyMachine,
      newestFirst,
    ),
  },
  activityOfUser: {
    about: 'What an account did on machines: processes, logons, files and connections.',
    tables: ['DeviceProcessEvents', 'DeviceLogonEvents', 'DeviceFileEvents', 'DeviceNetworkEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: [`${coverUp}/compromised_information`],
    kql: lines(whatTheyDid, newestFirst),
  },
  machinesOfUser: {
    about: 'Machines on which an account logged on, with first and last time.',
    tables: ['DeviceLogonEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: [`${coverUp}/connected_devices`],
    kql: lines(
      'DeviceLogonEvents',
      inTime,
      '| where AccountName =~ account and ActionType == "LogonSuccess"',
      '| summarize Logons = count(), LogonTypes = make_set(LogonType, 20), First = min(Timestamp), Last = max(Timestamp) by DeviceId, DeviceName',
      '| order by Logons desc',
    ),
  },
  actionsOfUser: {
    about: 'Kinds of events of an account on each machine, counted.',
    tables: ['DeviceProcessEvents', 'DeviceLogonEvents', 'DeviceFileEvents', 'DeviceNetworkEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: [`${coverUp}/action_types`],
    kql: lines(
      whatTheyDid,
      '| summarize Events = count() by DeviceId, DeviceName, ActionType',
      '| order by Events desc',
    ),
  },
  filesOfUser: {
    about: 'Files that are in most events of an account.',
    tables: ['DeviceProcessEvents', 'DeviceLogonEvents', 'DeviceFileEvents', 'DeviceNetworkEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: [`${coverUp}/common_files`],
    kql: lines(
      whatTheyDid,
      '| where isnotempty(FileName)',
      '| summarize Events = count(), Machines = dcount(DeviceId) by FileName',
      '| order by Events desc',
    ),
  },
  timelineOfMachine: {
    about: 'What happened on a machine: processes, logons, files, registry and connections, the newest first.',
    tables: [
      'DeviceProcessEvents',
      'DeviceLogonEvents',
      'DeviceFileEvents',
      'DeviceRegistryEvents',
      'DeviceNetworkEvents',
    ],
    parameters: { machine: parameters.machine },
    alsoKnownAs: [],
    kql: lines(
      `union (DeviceProcessEvents ${inTime} ${onMachine} | project Timestamp, DeviceId, DeviceName, ActionType, Account = AccountName, FileName, What = ProcessCommandLine),
  (DeviceLogonEvents ${inTime} ${onMachine} | project Timestamp, DeviceId, DeviceName, ActionType, Account = AccountName, FileName = "", What = LogonType),
  (DeviceFileEvents ${inTime} ${onMachine} | project Timestamp, DeviceId, DeviceName, ActionType, Account = InitiatingProcessAccountName, FileName, What = FolderPath),
  (DeviceRegistryEvents ${inTime} ${onMachine} | project Timestamp, DeviceId, DeviceName, ActionType, Account = InitiatingProcessAccountName, FileName = InitiatingProcessFileName, What = RegistryKey),
  (DeviceNetworkEvents ${inTime} ${onMachine} | project Timestamp, DeviceId, DeviceName, ActionType, Account = InitiatingProcessAccountName, FileName = InitiatingProcessFileName, What = RemoteIP)`,
      newestFirst,
    ),
  },
} satisfies LibraryQueries;
