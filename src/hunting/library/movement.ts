import {
  anywhere,
  byAnyProcess,
  inTime,
  type LibraryQueries,
  lines,
  newestFirst,
  onAnyMachine,
} from './library-query.ts';

const command = 'microsoft-atp-advanced-hunting-lateral-movement-evidence';
const network = 'microsoft-atp-advanced-hunting-network-connections';

/** Connections of machines and files, counted by process and end. */
const counted = (...conditions: readonly string[]): string =>
  lines(
    'DeviceNetworkEvents',
    inTime,
    ...conditions,
    onAnyMachine,
    byAnyProcess,
    '| summarize Connections = count(), First = min(Timestamp), Last = max(Timestamp) by DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessSHA1, InitiatingProcessAccountName, RemoteIP, RemotePort',
    '| order by Connections desc',
  );

const tables = ['DeviceNetworkEvents'] as const;

/** From machine to machine, and outwards. */
export const movement = {
  connectionsInside: {
    about: 'Connections to private addresses, counted.',
    tables,
    parameters: anywhere,
    alsoKnownAs: [`${command}/network_connections`],
    kql: counted('| where RemoteIPType == "Private" and ActionType != "ListeningConnectionCreated"'),
  },
  smbConnections: {
    about: 'Machines that were reached over SMB, counted by process.',
    tables,
    parameters: anywhere,
    alsoKnownAs: [`${command}/smb_connections`],
    kql: lines(
      'DeviceNetworkEvents',
      inTime,
      '| where RemotePort == 445 and InitiatingProcessId != 4',
      onAnyMachine,
      byAnyProcess,
      '| summarize Hosts = dcount(RemoteIP), Connections = count() by DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessSHA1, InitiatingProcessId, InitiatingProcessCreationTime',
      '| order by Hosts desc',
    ),
  },
  credentialDumping: {
    about: 'Tools that take a dump of lsass.',
    tables: ['DeviceProcessEvents'],
    parameters: anywhere,
    alsoKnownAs: [`${command}/credential_dumping`],
    kql: lines(
      'DeviceProcessEvents',
      inTime,
      '| where ProcessCommandLine has "lsass" or (FileName =~ "rundll32.exe" and ProcessCommandLine has "comsvcs" and ProcessCommandLine has_any ("MiniDump", "#24"))',
      '| where ProcessCommandLine has_any ("-ma", "-accepteula", "MiniDump", "#24", "sekurlsa", "dump") or FileName has_any ("procdump", "procdump64", "mimikatz", "nanodump")',
      onAnyMachine,
      '| where isempty(file) or FileName =~ file or InitiatingProcessFileName =~ file',
      '| where isempty(hash) or SHA1 =~ hash or SHA256 =~ hash or MD5 =~ hash',
      '| project Timestamp, DeviceId, DeviceName, AccountName, FileName, FolderPath, SHA1, ProcessCommandLine, InitiatingProcessFileName',
      newestFirst,
    ),
  },
  managementConnections: {
    about: 'Connections to ports of administration: SSH, RDP, RPC, NetBIOS, Telnet, SQL, WinRM.',
    tables,
    parameters: anywhere,
    alsoKnownAs: [`${command}/management_connection`],
    kql: counted('| where RemotePort in (22, 23, 135, 139, 1433, 3306, 3389, 5985, 5986)'),
  },
  connectionsOutside: {
    about: 'Connections to public addresses, counted.',
    tables,
    parameters: anywhere,
    alsoKnownAs: [`${network}/external_addresses`],
    kql: counted('| where RemoteIPType == "Public"'),
  },
  dnsQueries: {
    about: 'Names that processes looked up.',
    tables: ['DeviceEvents'],
    parameters: anywhere,
    alsoKnownAs: [`${network}/dns_query`],
    kql: lines(
      'DeviceEvents',
      inTime,
      '| where ActionType == "DnsQueryResponse"',
      onAnyMachine,
      byAnyProcess,
      '| extend Query = tostring(parse_json(AdditionalFields).DnsQueryString)',
      '| project Timestamp, DeviceId, DeviceName, Query, InitiatingProcessFileName, InitiatingProcessSHA1, InitiatingProcessAccountName',
      newestFirst,
    ),
  },
  beaconing: {
    about: 'Processes that call one public address again and again, at steady intervals.',
    tables,
    parameters: { ...anywhere, connections: { type: 'NUMBER', about: 'How many calls are many.', byDefault: 20 } },
    alsoKnownAs: ['microsoft-atp-advanced-hunting-process-details/beaconing_evidence'],
    kql: lines(
      'DeviceNetworkEvents',
      inTime,
      '| where RemoteIPType == "Public" and ActionType == "ConnectionSuccess"',
      onAnyMachine,
      byAnyProcess,
      '| summarize Connections = count(), Hours = dcount(bin(Timestamp, 1h)), First = min(Timestamp), Last = max(Timestamp) by DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessSHA1, RemoteIP, RemotePort, RemoteUrl',
      '| where Connections >= connections',
      '| extend HoursBetween = datetime_diff("hour", Last, First) + 1',
      '| where Hours * 2 >= HoursBetween',
      '| order by Connections desc',
    ),
  },
} satisfies LibraryQueries;
