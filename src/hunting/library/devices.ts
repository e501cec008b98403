import { inTime, type LibraryQueries, lines, newestFirst, onMachine, parameters, withHash } from './library-query.ts';

const files = (condition: string): string => lines('DeviceFileEvents', inTime, condition, newestFirst);
const connections = (...conditions: readonly string[]): string =>
  lines('DeviceNetworkEvents', inTime, ...conditions, newestFirst);
const processes = (condition: string): string => lines('DeviceProcessEvents', inTime, condition, newestFirst);

/** Events of machines, as they are. */
export const devices = {
  fileEventsByName: {
    about: 'Events of files with a name.',
    tables: ['DeviceFileEvents'],
    parameters: { file: parameters.file },
    alsoKnownAs: ['list_file_events_for_filename', 'list_files'],
    kql: files('| where FileName =~ file or PreviousFileName =~ file'),
  },
  fileEventsByPath: {
    about: 'Events of files below a path.',
    tables: ['DeviceFileEvents'],
    parameters: { path: parameters.path },
    alsoKnownAs: ['list_file_events_for_path', 'file_path'],
    kql: files('| where FolderPath contains path'),
  },
  fileEventsByHash: {
    about: 'Events of a file, by its hash.',
    tables: ['DeviceFileEvents'],
    parameters: { hash: parameters.hash },
    alsoKnownAs: ['list_file_events_for_hash', 'list_filehash'],
    kql: files(withHash),
  },
  fileEventsOfMachine: {
    about: 'Events of files on a machine.',
    tables: ['DeviceFileEvents'],
    parameters: { machine: parameters.machine },
    alsoKnownAs: ['list_file_events_for_host'],
    kql: files(onMachine),
  },
  connections: {
    about: 'All network events.',
    tables: ['DeviceNetworkEvents'],
    parameters: {},
    alsoKnownAs: ['list_connections'],
    kql: connections(),
  },
  connectionsOfMachine: {
    about: 'Network events of a machine.',
    tables: ['DeviceNetworkEvents'],
    parameters: { machine: parameters.machine },
    alsoKnownAs: ['host_connections'],
    kql: connections(onMachine),
  },
  connectionsOfAddress: {
    about: 'Network events with an IP address at one of their ends.',
    tables: ['DeviceNetworkEvents'],
    parameters: { address: parameters.address },
    alsoKnownAs: ['ip_connections'],
    kql: connections('| where RemoteIP =~ address or LocalIP =~ address'),
  },
  connectionsToUrl: {
    about: 'Network events to a URL or domain.',
    tables: ['DeviceNetworkEvents'],
    parameters: { url: parameters.url },
    alsoKnownAs: ['url_connections'],
    kql: connections('| where RemoteUrl contains url'),
  },
  connectionsToPort: {
    about: 'Network events to a port.',
    tables: ['DeviceNetworkEvents'],
    parameters: { port: { type: 'NUMBER', about: 'The remote port, e.g. 3389.' } },
    alsoKnownAs: ['protocol_connections'],
    kql: connections('| where RemotePort == port'),
  },
  processesOfMachine: {
    about: 'Processes that were started on a machine.',
    tables: ['DeviceProcessEvents'],
    parameters: { machine: parameters.machine },
    alsoKnownAs: ['list_host_processes'],
    kql: processes(onMachine),
  },
  processesByImage: {
    about: 'Processes of an image, by its name or its hash.',
    tables: ['DeviceProcessEvents'],
    parameters: { image: { type: 'STRING', about: 'The name of a file, or its SHA-1, SHA-256 or MD5 in hex.' } },
    alsoKnownAs: ['process_creations', 'process_for_hash'],
    kql: processes('| where FileName =~ image or SHA1 =~ image or SHA256 =~ image or MD5 =~ image'),
  },
  processesByPath: {
    about: 'Processes whose image is below a path.',
    tables: ['DeviceProcessEvents'],
    parameters: { path: parameters.path },
    alsoKnownAs: ['process_paths'],
    kql: processes('| where FolderPath contains path'),
  },
  processesByCommandLine: {
    about: 'Processes whose command line has one of some words.',
    tables: ['DeviceProcessEvents'],
    parameters: { words: { type: 'STRINGS', about: 'Whole words, e.g. `vssadmin`, without regard to case.' } },
    alsoKnownAs: ['process_cmd_line'],
    kql: processes('| where ProcessCommandLine has_any (words)'),
  },
  logonsOfUser: {
    about: 'Logons of an account to machines.',
    tables: ['DeviceLogonEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: ['user_logons'],
    kql: lines('DeviceLogonEvents', inTime, '| where AccountName =~ account', newestFirst),
  },
  processesOfUser: {
    about: 'Processes that an account started.',
    tables: ['DeviceProcessEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: ['user_processes'],
    kql: processes('| where AccountName =~ account'),
  },
  fileEventsOfUser: {
    about: 'Events of files that processes of an account made.',
    tables: ['DeviceFileEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: ['user_files'],
    kql: files('| where InitiatingProcessAccountName =~ account'),
  },
  connectionsOfUser: {
    about: 'Network events of processes of an account.',
    tables: ['DeviceNetworkEvents'],
    parameters: { account: parameters.account },
    alsoKnownAs: ['user_network'],
    kql: connections('| where InitiatingProcessAccountName =~ account'),
  },
  directoryLogonsOfUser: {
    about: 'Logons of an account that Defender for Identity saw.',
    tables: ['IdentityLogonEvents'],
    parameters: { account: { type: 'STRING', about: 'A user principal name.' } },
    alsoKnownAs: ['logons_for_account'],
    kql: lines('IdentityLogonEvents', inTime, '| where AccountUpn =~ account', newestFirst),
  },
  directoryLogonsFromAddress: {
    about: 'Logons from an IP address that Defender for Identity saw.',
    tables: ['IdentityLogonEvents'],
    parameters: { address: parameters.address },
    alsoKnownAs: ['logons_for_ip'],
    kql: lines('IdentityLogonEvents', inTime, '| where IPAddress =~ address', newestFirst),
  },
  directoryLogonsAtMachine: {
    about: 'Logons at a machine that Defender for Identity saw.',
    tables: ['IdentityLogonEvents'],
    parameters: { machine: { type: 'STRING', about: 'The DNS name or host name of a machine.' } },
    alsoKnownAs: ['logons_for_host'],
    kql: lines(
      'IdentityLogonEvents',
      inTime,
      '| where DeviceName =~ machine or DeviceName startswith strcat(machine, ".")',
      newestFirst,
    ),
  },
} satisfies LibraryQueries;
