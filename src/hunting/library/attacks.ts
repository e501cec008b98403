import {
  anywhere,
  inTime,
  type LibraryQueries,
  lines,
  newestFirst,
  onAnyMachine,
  parameters,
} from './library-query.ts';

const processes = (...conditions: readonly string[]): string =>
  lines(
    'DeviceProcessEvents',
    inTime,
    ...conditions,
    '| project Timestamp, DeviceId, DeviceName, AccountName, FileName, FolderPath, SHA1, ProcessCommandLine, InitiatingProcessFileName, InitiatingProcessCommandLine, ReportId',
    newestFirst,
  );

const none = {} as const;
const ofProcesses = ['DeviceProcessEvents'] as const;

/** Signs of an attack in what processes, logons and the network did. */
export const attacks = {
  torClients: {
    about: 'Traffic of Tor and Meek clients, by process.',
    tables: ['DeviceNetworkEvents'],
    parameters: none,
    alsoKnownAs: ['tor'],
    kql: lines(
      'DeviceNetworkEvents',
      inTime,
      '| where InitiatingProcessFileName in~ ("tor.exe", "meek-client.exe")',
      '| summarize Connections = count(), Machines = dcount(DeviceId), First = min(Timestamp), Last = max(Timestamp) by InitiatingProcessFileName, InitiatingProcessSHA1',
      '| order by Connections desc',
    ),
  },
  networkScans: {
    about: 'A process that touched many ports of one private address within a quarter of an hour.',
    tables: ['DeviceNetworkEvents'],
    parameters: { ports: { type: 'NUMBER', about: 'How many ports are many.', byDefault: 30 } },
    alsoKnownAs: ['network_scans'],
    kql: lines(
      'DeviceNetworkEvents',
      inTime,
      '| where RemoteIPType == "Private" and isnotempty(InitiatingProcessFileName)',
      '| summarize Ports = dcount(RemotePort), First = min(Timestamp), Last = max(Timestamp) by DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessId, RemoteIP, bin(Timestamp, 15m)',
      '| where Ports >= ports',
      '| order by Ports desc',
    ),
  },
  userEnumeration: {
    about: 'Users or groups of the domain listed with the net command.',
    tables: ofProcesses,
    parameters: none,
    alsoKnownAs: ['user_enumeration'],
    kql: processes(
      '| where FileName in~ ("net.exe", "net1.exe")',
      '| where ProcessCommandLine has_any ("user", "group", "localgroup", "accounts") and ProcessCommandLine has_any ("/do", "/domain")',
    ),
  },
  smbDiscovery: {
    about: 'Processes that reached many machines over SMB.',
    tables: ['DeviceNetworkEvents'],
    parameters: { hosts: { type: 'NUMBER', about: 'How many machines are many.', byDefault: 10 } },
    alsoKnownAs: ['smb_discovery'],
    kql: lines(
      'DeviceNetworkEvents',
      inTime,
      '| where RemotePort == 445 and InitiatingProcessId != 4',
      '| summarize Hosts = dcount(RemoteIP), First = min(Timestamp), Last = max(Timestamp) by DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessId, InitiatingProcessCreationTime',
      '| where Hosts >= hosts',
      '| order by Hosts desc',
    ),
  },
  encodedExecutables: {
    about: 'Command lines that hold an executable in base64.',
    tables: ofProcesses,
    parameters: none,
    alsoKnownAs: ['b64_pe'],
    kql: processes(
      '| where ProcessCommandLine contains "TVqQAAMAAAAEAAAA" or ProcessCommandLine contains "TVpQAAIAAAAEAA8A" or ProcessCommandLine contains "TVoAAAAAAAAAAAAA"',
    ),
  },
  startedFromRecycleBin: {
    about: 'Programs of the system that were started from the recycle bin, or with a file in it.',
    tables: ofProcesses,
    parameters: none,
    alsoKnownAs: ['malware_recycle'],
    kql: processes(
      '| where FileName in~ ("cmd.exe", "ftp.exe", "schtasks.exe", "powershell.exe", "rundll32.exe", "regsvr32.exe", "msiexec.exe", "wscript.exe", "cscript.exe", "mshta.exe")',
      '| where ProcessCommandLine contains ":\\\\$recycle.bin" or ProcessCommandLine contains ":\\\\recycler"',
    ),
  },
  powershellDownloads: {
    about: 'Command lines of PowerShell that look like a download.',
    tables: ofProcesses,
    parameters: none,
    alsoKnownAs: ['powershell_downloads'],
    kql: processes(
      '| where FileName in~ ("powershell.exe", "pwsh.exe", "powershell_ise.exe")',
      '| where ProcessCommandLine has_any ("Net.WebClient", "DownloadFile", "DownloadString", "DownloadData", "Invoke-WebRequest", "iwr", "Invoke-RestMethod", "Start-BitsTransfer", "http", "https")',
    ),
  },
  uncommonPowershell: {
    about: 'Cmdlets of PowerShell that a machine ran and few machines run.',
    tables: ['DeviceEvents'],
    parameters: {
      machine: parameters.machine,
      machines: { type: 'NUMBER', about: 'How many machines are few.', byDefault: 3 },
    },
    alsoKnownAs: ['uncommon_powershell'],
    kql: lines(
      'DeviceEvents',
      inTime,
      '| where ActionType == "PowerShellCommand"',
      '| extend Command = tostring(parse_json(AdditionalFields).Command)',
      '| where Command contains "-" and isnotempty(Command)',
      `| join kind=inner (DeviceEvents ${inTime}
    | where ActionType == "PowerShellCommand"
    | extend Command = tostring(parse_json(AdditionalFields).Command)
    | summarize Machines = dcount(DeviceId) by Command) on Command`,
      '| where Machines <= machines',
      '| where DeviceId =~ machine or DeviceName =~ machine or DeviceName startswith strcat(machine, ".")',
      '| project Timestamp, DeviceId, DeviceName, Command, Machines, InitiatingProcessFileName, InitiatingProcessCommandLine',
      newestFirst,
    ),
  },
  electronProtocolHandlers: {
    about: 'Protocol handlers of Electron applications that are given options of their own (CVE-2018-1000006).',
    tables: ofProcesses,
    parameters: none,
    alsoKnownAs: ['cve_2018_1000006l'],
    kql: processes(
      '| where FileName in~ ("code.exe", "skype.exe", "slack.exe", "teams.exe")',
      '| where InitiatingProcessFileName in~ ("iexplore.exe", "runtimebroker.exe", "chrome.exe", "msedge.exe")',
      '| where ProcessCommandLine has "--gpu-launcher"',
    ),
  },
  flashInExcel: {
    about: 'Excel that fetches what the exploits of Flash in documents fetch (CVE-2018-4878).',
    tables: ['DeviceNetworkEvents'],
    parameters: none,
    alsoKnownAs: ['cve_2018_4878'],
    kql: lines(
      'DeviceNetworkEvents',
      inTime,
      '| where InitiatingProcessFileName in~ ("cmd.exe", "excel.exe")',
      '| where RemoteUrl endswith ".kr"',
      '| project Timestamp, DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessCommandLine, RemoteIP, RemoteUrl',
      newestFirst,
    ),
  },
  dhcpClientInjection: {
    about: 'Commands that the DHCP client of Linux was made to run (CVE-2018-1111).',
    tables: ofProcesses,
    parameters: none,
    alsoKnownAs: ['cve_2018_1111'],
    kql: processes(
      '| where InitiatingProcessCommandLine contains "/etc/NetworkManager/dispatcher.d/" and InitiatingProcessCommandLine contains "-dhclient"',
      '| where isnotempty(ProcessCommandLine) and not(FileName endswith ".sh")',
    ),
  },
  bruteForce: {
    about: 'Public addresses with many failed logons of several accounts, and then one that succeeded.',
    tables: ['DeviceLogonEvents'],
    parameters: {
      failures: { type: 'NUMBER', about: 'How many failed logons are many.', byDefault: 10 },
      accounts: { type: 'NUMBER', about: 'How many accounts are several.', byDefault: 3 },
    },
    alsoKnownAs: ['brute_force'],
    kql: lines(
      'DeviceLogonEvents',
      inTime,
      '| where isnotempty(RemoteIP) and RemoteIPType == "Public"',
      '| extend Account = strcat(AccountDomain, "\\\\", AccountName)',
      '| summarize Failed = countif(ActionType == "LogonFailed"), Succeeded = countif(ActionType == "LogonSuccess"), Accounts = dcount(Account), First = min(Timestamp), Last = max(Timestamp) by DeviceId, DeviceName, RemoteIP, LogonType',
      '| where Failed >= failures and Accounts >= accounts and Succeeded > 0',
      '| order by Failed desc',
    ),
  },
  serviceAccountPowershell: {
    about: 'Accounts that never log on interactively, and run PowerShell on machines from afar.',
    tables: ['DeviceLogonEvents', 'DeviceProcessEvents'],
    parameters: none,
    alsoKnownAs: ['service_account_powershell'],
    kql: lines(
      'DeviceLogonEvents',
      inTime,
      '| where ActionType == "LogonSuccess" and isnotempty(AccountSid)',
      '| summarize Interactive = countif(LogonType in ("Interactive", "RemoteInteractive")), Logons = count() by AccountSid',
      '| where Interactive == 0',
      `| join kind=inner (DeviceProcessEvents ${inTime}
    | where InitiatingProcessFileName =~ "wsmprovhost.exe" or (FileName in~ ("powershell.exe", "pwsh.exe") and InitiatingProcessFileName in~ ("wmiprvse.exe", "services.exe"))
    | project Timestamp, DeviceId, DeviceName, AccountSid, AccountName, FileName, ProcessCommandLine, InitiatingProcessFileName) on AccountSid`,
      '| project Timestamp, DeviceId, DeviceName, AccountName, FileName, ProcessCommandLine, InitiatingProcessFileName, Logons',
      newestFirst,
    ),
  },
  powershellOfUnsignedFiles: {
    about: 'PowerShell that was started by programs without a known maker.',
    tables: ofProcesses,
    parameters: anywhere,
    alsoKnownAs: [
      'microsoft-atp-advanced-hunting-process-details/powershell_execution_unsigned_files',
      'microsoft-atp-advanced-hunting-process-details/process_excecution_powershell',
    ],
    kql: processes(
      '| where FileName in~ ("powershell.exe", "pwsh.exe")',
      '| where isempty(InitiatingProcessVersionInfoCompanyName) or isnotempty(file) or isnotempty(hash)',
      onAnyMachine,
      '| where isempty(file) or InitiatingProcessFileName =~ file',
      '| where isempty(hash) or InitiatingProcessSHA1 =~ hash or InitiatingProcessSHA256 =~ hash or InitiatingProcessMD5 =~ hash',
    ),
  },
  encodedCommands: {
    about: 'Command lines in base64.',
    tables: ofProcesses,
    parameters: { machine: parameters.anyMachine },
    alsoKnownAs: ['microsoft-atp-advanced-hunting-network-connections/encoded_commands'],
    kql: processes(
      '| where FileName in~ ("powershell.exe", "pwsh.exe", "cmd.exe")',
      '| where ProcessCommandLine matches regex @"(?i)\\s[-/]e(nc?|ncodedcommand|c)?\\s+[A-Za-z0-9+/=]{16,}"',
      onAnyMachine,
    ),
  },
  privilegeEscalation: {
    about: 'Processes of a higher integrity than the ordinary user programs that started them.',
    tables: ofProcesses,
    parameters: { machine: parameters.anyMachine },
    alsoKnownAs: ['microsoft-atp-advanced-hunting-privilege-escalation'],
    kql: processes(
      '| where InitiatingProcessIntegrityLevel in~ ("Low", "Medium") and ProcessIntegrityLevel in~ ("High", "System")',
      '| where not(InitiatingProcessFileName in~ ("explorer.exe", "svchost.exe", "services.exe", "consent.exe"))',
      onAnyMachine,
    ),
  },
  sensorTampering: {
    about: 'Attempts to stop or hinder the protection of a machine.',
    tables: ['DeviceEvents'],
    parameters: { machine: parameters.anyMachine },
    alsoKnownAs: ['microsoft-atp-advanced-hunting-tampering'],
    kql: lines(
      'DeviceEvents',
      inTime,
      '| where ActionType in ("TamperingAttempt", "AntivirusDefinitionsUpdateFailed", "AntivirusEmergencyUpdatesInstalled", "AuditPolicyModification") or (ActionType == "ServiceInstalled" and FileName has_any ("Sense", "WinDefend"))',
      onAnyMachine,
      '| project Timestamp, DeviceId, DeviceName, ActionType, FileName, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName, AdditionalFields',
      newestFirst,
    ),
  },
} satisfies LibraryQueries;
