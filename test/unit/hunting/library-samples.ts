/** A row of a hunting table: what of it matters. `minute`: minutes after the beginning. */
export type Cells = Readonly<Record<string, string | number | boolean>> & { readonly minute?: number };

/** Rows that a query finds, and rows beside them that it leaves. */
export interface Sample {
  readonly given?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  readonly rows: Readonly<Record<string, readonly Cells[]>>;
  readonly left: Readonly<Record<string, readonly Cells[]>>;
  /** Rows of the answer; 1 unless said. */
  readonly finds?: number;
}

const machine = 'pc-1';
const hash = 'a'.repeat(40);
const other = { DeviceId: 'other', DeviceName: 'pc-2.contoso.com' };
const near = { DeviceId: 'other', DeviceName: 'pc-11.contoso.com' };

const events = (table: string, found: Cells, left: readonly Cells[], given: Sample['given'] = {}): Sample => ({
  given,
  rows: { [table]: [found] },
  left: { [table]: left },
});
const alert = (found: Cells, left: Cells, given: Sample['given']): Sample => ({
  given,
  rows: {
    AlertEvidence: [{ AlertId: 'a1', EntityType: 'Process', ...found }],
    AlertInfo: [{ AlertId: 'a1' }, { AlertId: 'a2' }],
  },
  left: { AlertEvidence: [{ AlertId: 'a2', EntityType: 'Process', ...left }] },
});
const many = (count: number, cells: (index: number) => Cells): readonly Cells[] =>
  Array.from({ length: count }, (_, index) => cells(index));

const browser = {
  InitiatingProcessFileName: 'msedge.exe',
  FileOriginUrl: 'https://bad.example/x',
  FileName: 'x.exe',
  SHA1: hash,
};
const click = (program: string): Cells => ({
  ActionType: 'BrowserLaunchedToOpenUrl',
  RemoteUrl: 'https://bad.example/',
  InitiatingProcessFileName: program,
  minute: 10,
});
const ofSystem = { InitiatingProcessAccountSid: 'S-1-5-18' };
const process = (FileName: string, ProcessCommandLine: string, more: Cells = {}): Cells => ({
  FileName,
  ProcessCommandLine,
  ...more,
});

/** One for each query of the library. */
export const samples: Readonly<Record<string, Sample>> = {
  alerts: { rows: { AlertInfo: [{ AlertId: 'a1' }] }, left: {} },
  alertsWithEvidence: alert({}, { EntityType: '' }, {}),
  alertsOfMachine: alert({}, near, { machine }),
  alertsOfAddress: alert({ RemoteIP: '192.0.2.1' }, { RemoteIP: '192.0.2.11' }, { address: '192.0.2.1' }),
  alertsOfUrl: alert(
    { RemoteUrl: 'https://bad.example/x' },
    { RemoteUrl: 'https://good.example/' },
    { url: 'BAD.example' },
  ),
  alertsOfFile: alert({ SHA1: hash }, { SHA1: 'b'.repeat(40) }, { hash: hash.toUpperCase() }),
  alertsOfProcess: alert({ FileName: 'x.exe' }, { FileName: 'x.exe', EntityType: 'File' }, { file: 'X.exe' }),
  alertsOfUser: alert({ AccountName: 'JDoe' }, { AccountName: 'jdoe2' }, { account: 'jdoe' }),
  alertsOfRegistryKey: alert(
    { RegistryKey: 'HKLM\\Software\\Run' },
    { RegistryKey: 'HKLM\\X' },
    { key: 'software\\run' },
  ),
  alertsOfMessage: alert({ NetworkMessageId: 'm1' }, { NetworkMessageId: 'm2' }, { message: 'M1' }),
  alertsOfMailbox: alert(
    { EntityType: 'Mailbox', AccountUpn: 'zoe@contoso.com' },
    { EntityType: 'User', AccountUpn: 'zoe@contoso.com' },
    { mailbox: 'Zoe@contoso.com' },
  ),
  alertsOfApplication: alert({ Application: 'Box' }, { Application: 'Dropbox' }, { application: 'box' }),
  fileEventsByName: events('DeviceFileEvents', { FileName: 'X.exe' }, [{ FileName: 'xx.exe' }], { file: 'x.exe' }),
  fileEventsByPath: events('DeviceFileEvents', { FolderPath: 'C:\\Temp\\x' }, [{ FolderPath: 'C:\\x' }], {
    path: '\\temp\\',
  }),
  fileEventsByHash: events('DeviceFileEvents', { MD5: 'c'.repeat(32) }, [{ SHA1: hash }], { hash: 'C'.repeat(32) }),
  fileEventsOfMachine: events('DeviceFileEvents', {}, [near], { machine }),
  connections: { rows: { DeviceNetworkEvents: [{}] }, left: {} },
  connectionsOfMachine: events('DeviceNetworkEvents', {}, [near], { machine }),
  connectionsOfAddress: events('DeviceNetworkEvents', { LocalIP: '10.0.0.1' }, [{ RemoteIP: '10.0.0.11' }], {
    address: '10.0.0.1',
  }),
  connectionsToUrl: events('DeviceNetworkEvents', { RemoteUrl: 'a.bad.example' }, [{ RemoteUrl: 'x' }], {
    url: 'bad.example',
  }),
  connectionsToPort: events('DeviceNetworkEvents', { RemotePort: 3389 }, [{ LocalPort: 3389 }], { port: 3389 }),
  processesOfMachine: events('DeviceProcessEvents', {}, [near], { machine }),
  processesByImage: events('DeviceProcessEvents', { SHA256: 'd'.repeat(64) }, [{ FileName: 'x' }], {
    image: 'D'.repeat(64),
  }),
  processesByPath: events('DeviceProcessEvents', { FolderPath: 'C:\\Temp\\x' }, [{ FolderPath: 'C:\\x' }], {
    path: 'temp',
  }),
  processesByCommandLine: events(
    'DeviceProcessEvents',
    process('x', 'vssadmin delete shadows'),
    [process('x', 'myvssadminx')],
    { words: ['vssadmin', 'wbadmin'] },
  ),
  logonsOfUser: events('DeviceLogonEvents', { AccountName: 'jdoe' }, [{ AccountName: 'x' }], {
    account: 'CONTOSO\\jdoe',
  }),
  processesOfUser: events('DeviceProcessEvents', { AccountName: 'jdoe' }, [{ AccountName: 'x' }], {
    account: 'jdoe@contoso.com',
  }),
  fileEventsOfUser: events('DeviceFileEvents', { InitiatingProcessAccountName: 'jdoe' }, [{}], { account: 'jdoe' }),
  connectionsOfUser: events('DeviceNetworkEvents', { InitiatingProcessAccountName: 'jdoe' }, [{}], { account: 'jdoe' }),
  directoryLogonsOfUser: events('IdentityLogonEvents', { AccountUpn: 'J@x.com' }, [{ AccountUpn: 'k@x.com' }], {
    account: 'j@x.com',
  }),
  directoryLogonsFromAddress: events('IdentityLogonEvents', { IPAddress: '10.0.0.1' }, [{}], { address: '10.0.0.1' }),
  directoryLogonsAtMachine: events('IdentityLogonEvents', { DeviceName: 'PC-1' }, [{ DeviceName: 'pc-11' }], {
    machine,
  }),
  wordLinkThenDownload: {
    rows: {
      DeviceEvents: [click('winword.exe')],
      DeviceFileEvents: [
        { InitiatingProcessFileName: 'outlook.exe', FileName: 'offer.docm', minute: 5 },
        { ...browser, minute: 12 },
      ],
    },
    left: {
      DeviceEvents: [click('excel.exe')],
      DeviceFileEvents: [
        { ...browser, minute: 20 },
        { ...browser, ...other, minute: 12 },
      ],
    },
  },
  downloadFromDropbox: events(
    'DeviceFileEvents',
    { FileOriginUrl: 'https://dl.dropboxusercontent.com/x', FileOriginReferrerUrl: 'https://bad.example/' },
    [{ FileOriginUrl: 'https://dl.dropboxusercontent.com/x', FileOriginReferrerUrl: 'https://www.dropbox.com/' }],
  ),
  mailLinkWarningOverridden: {
    rows: {
      DeviceEvents: [click('outlook.exe'), { ActionType: 'SmartScreenUserOverride', FileName: 'x.exe', minute: 15 }],
      DeviceFileEvents: [{ ...browser, minute: 12 }],
    },
    left: { DeviceEvents: [{ ActionType: 'SmartScreenUserOverride', FileName: 'y.exe', minute: 15 }] },
  },
  mailLinkThenAlert: {
    rows: {
      DeviceEvents: [click('outlook.exe')],
      AlertEvidence: [{ AlertId: 'a1' }, { AlertId: 'a2' }],
      AlertInfo: [{ AlertId: 'a1', minute: 12 }],
    },
    left: { AlertInfo: [{ AlertId: 'a2', minute: 40 }] },
  },
  sitesOfDetectedFiles: {
    rows: {
      DeviceEvents: [{ ActionType: 'AntivirusDetection', FileOriginUrl: 'https://bad.example/a', SHA1: hash }],
      DeviceFileEvents: [{ FileOriginUrl: 'https://bad.example/b' }],
    },
    left: { DeviceFileEvents: [{ FileOriginUrl: 'https://good.example/b' }, {}] },
  },
  warningOfSiteOverridden: {
    rows: {
      DeviceEvents: [{ ActionType: 'SmartScreenUserOverride', RemoteUrl: 'https://bad.example/', minute: 10 }],
      DeviceFileEvents: [{ ...browser, minute: 19 }],
    },
    left: { DeviceFileEvents: [{ ...browser, minute: 9 }] },
  },
  torClients: events('DeviceNetworkEvents', { InitiatingProcessFileName: 'Tor.exe' }, [
    { InitiatingProcessFileName: 'tor2.exe' },
  ]),
  networkScans: {
    rows: {
      DeviceNetworkEvents: many(30, (RemotePort) => ({
        RemotePort,
        RemoteIP: '10.0.0.1',
        RemoteIPType: 'Private',
        InitiatingProcessFileName: 'n',
      })),
    },
    left: {
      DeviceNetworkEvents: many(30, () => ({
        RemotePort: 1,
        RemoteIP: '10.0.0.2',
        RemoteIPType: 'Private',
        InitiatingProcessFileName: 'n',
      })),
    },
  },
  userEnumeration: events('DeviceProcessEvents', process('net1.exe', 'net1 user /domain'), [
    process('net.exe', 'net use /domain'),
  ]),
  smbDiscovery: {
    rows: {
      DeviceNetworkEvents: many(10, (index) => ({
        RemotePort: 445,
        RemoteIP: `10.0.0.${index}`,
        InitiatingProcessId: 7,
      })),
    },
    left: {
      DeviceNetworkEvents: many(10, (index) => ({
        RemotePort: 445,
        RemoteIP: `10.0.0.${index}`,
        InitiatingProcessId: 4,
      })),
    },
  },
  encodedExecutables: events('DeviceProcessEvents', process('x', 'x TVqQAAMAAAAEAAAA//8'), [process('x', 'TVqQ')]),
  startedFromRecycleBin: events('DeviceProcessEvents', process('cmd.exe', 'cmd /c C:\\$Recycle.Bin\\x.bat'), [
    process('cmd.exe', 'dir'),
  ]),
  powershellDownloads: events(
    'DeviceProcessEvents',
    process('PowerShell.exe', "(New-Object Net.WebClient).DownloadString('x')"),
    [process('cmd.exe', 'DownloadString'), process('powershell.exe', 'Get-Process')],
  ),
  uncommonPowershell: {
    given: { machine },
    rows: { DeviceEvents: [{ ActionType: 'PowerShellCommand', AdditionalFields: '{"Command":"Get-Odd"}' }] },
    left: {
      DeviceEvents: many(4, (index) => ({
        ActionType: 'PowerShellCommand',
        AdditionalFields: '{"Command":"Get-Process"}',
        DeviceId: `d${index}`,
      })),
    },
  },
  electronProtocolHandlers: events(
    'DeviceProcessEvents',
    process('Teams.exe', 'Teams.exe --gpu-launcher="cmd"', { InitiatingProcessFileName: 'msedge.exe' }),
    [process('Teams.exe', 'Teams.exe --gpu-launcher="cmd"', { InitiatingProcessFileName: 'teams.exe' })],
  ),
  flashInExcel: events('DeviceNetworkEvents', { InitiatingProcessFileName: 'excel.exe', RemoteUrl: 'x.co.kr' }, [
    { InitiatingProcessFileName: 'excel.exe', RemoteUrl: 'x.com' },
  ]),
  dhcpClientInjection: events(
    'DeviceProcessEvents',
    process('nc', 'nc -e', { InitiatingProcessCommandLine: '/bin/sh /etc/NetworkManager/dispatcher.d/11-dhclient' }),
    [process('x.sh', 'x', { InitiatingProcessCommandLine: '/bin/sh /etc/NetworkManager/dispatcher.d/11-dhclient' })],
  ),
  bruteForce: {
    rows: {
      DeviceLogonEvents: [
        ...many(10, (index) => ({
          RemoteIP: '192.0.2.1',
          RemoteIPType: 'Public',
          ActionType: 'LogonFailed',
          AccountName: `u${index}`,
        })),
        { RemoteIP: '192.0.2.1', RemoteIPType: 'Public', ActionType: 'LogonSuccess', AccountName: 'u1' },
      ],
    },
    left: {
      DeviceLogonEvents: many(20, (index) => ({
        RemoteIP: '192.0.2.2',
        RemoteIPType: 'Public',
        ActionType: 'LogonFailed',
        AccountName: `u${index}`,
      })),
    },
  },
  serviceAccountPowershell: {
    rows: {
      DeviceLogonEvents: [{ ActionType: 'LogonSuccess', LogonType: 'Network', AccountSid: 's1' }],
      DeviceProcessEvents: [{ AccountSid: 's1', FileName: 'whoami.exe', InitiatingProcessFileName: 'wsmprovhost.exe' }],
    },
    left: {
      DeviceLogonEvents: [{ ActionType: 'LogonSuccess', LogonType: 'Interactive', AccountSid: 's2' }],
      DeviceProcessEvents: [{ AccountSid: 's2', FileName: 'whoami.exe', InitiatingProcessFileName: 'wsmprovhost.exe' }],
    },
  },
  powershellOfUnsignedFiles: events(
    'DeviceProcessEvents',
    process('powershell.exe', 'x', { InitiatingProcessFileName: 'odd.exe' }),
    [process('powershell.exe', 'x', { InitiatingProcessVersionInfoCompanyName: 'Microsoft' })],
  ),
  encodedCommands: events('DeviceProcessEvents', process('powershell.exe', 'powershell -enc SQBFAFgAIABzAG8AbQBl'), [
    process('powershell.exe', 'powershell -ExecutionPolicy Bypass -File aaaaaaaaaaaaaaaaaaaaaaaa'),
  ]),
  privilegeEscalation: events(
    'DeviceProcessEvents',
    {
      InitiatingProcessIntegrityLevel: 'Medium',
      ProcessIntegrityLevel: 'System',
      InitiatingProcessFileName: 'odd.exe',
    },
    [
      {
        InitiatingProcessIntegrityLevel: 'Medium',
        ProcessIntegrityLevel: 'High',
        InitiatingProcessFileName: 'explorer.exe',
      },
    ],
  ),
  sensorTampering: events('DeviceEvents', { ActionType: 'TamperingAttempt' }, [
    { ActionType: 'ServiceInstalled', FileName: 'x.exe' },
  ]),
  connectionsInside: events('DeviceNetworkEvents', { RemoteIPType: 'Private' }, [{ RemoteIPType: 'Public' }]),
  smbConnections: events('DeviceNetworkEvents', { RemotePort: 445, InitiatingProcessId: 7 }, [
    { RemotePort: 443, InitiatingProcessId: 7 },
  ]),
  credentialDumping: events('DeviceProcessEvents', process('procdump64.exe', 'procdump64 -ma lsass.exe x.dmp'), [
    process('x.exe', 'x lsass'),
    process('rundll32.exe', 'rundll32 comsvcs.dll'),
  ]),
  managementConnections: events('DeviceNetworkEvents', { RemotePort: 5985 }, [{ RemotePort: 443 }]),
  connectionsOutside: events('DeviceNetworkEvents', { RemoteIPType: 'Public' }, [{ RemoteIPType: 'Private' }]),
  dnsQueries: events('DeviceEvents', { ActionType: 'DnsQueryResponse', AdditionalFields: '{"DnsQueryString":"x"}' }, [
    {},
  ]),
  beaconing: {
    rows: {
      DeviceNetworkEvents: many(20, (index) => ({
        RemoteIPType: 'Public',
        ActionType: 'ConnectionSuccess',
        RemoteIP: '192.0.2.1',
        minute: index * 60,
      })),
    },
    left: {
      DeviceNetworkEvents: many(20, (index) => ({
        RemoteIPType: 'Public',
        ActionType: 'ConnectionSuccess',
        RemoteIP: '192.0.2.2',
        minute: index < 10 ? 0 : 1200,
      })),
    },
  },
  accessibilityTools: {
    rows: {
      DeviceRegistryEvents: [
        {
          ActionType: 'RegistryValueSet',
          RegistryValueName: 'Debugger',
          RegistryKey: 'HKLM\\Image File Execution Options\\Sethc.exe',
        },
      ],
      DeviceFileEvents: [
        { ActionType: 'FileModified', FileName: 'utilman.exe', FolderPath: 'C:\\Windows\\System32\\utilman.exe' },
      ],
    },
    left: {
      DeviceRegistryEvents: [
        {
          ActionType: 'RegistryValueSet',
          RegistryValueName: 'Debugger',
          RegistryKey: 'HKLM\\Image File Execution Options\\x.exe',
        },
      ],
      DeviceFileEvents: [
        {
          ActionType: 'FileModified',
          FileName: 'utilman.exe',
          FolderPath: 'C:\\Windows\\System32\\utilman.exe',
          InitiatingProcessFileName: 'TiWorker.exe',
        },
      ],
    },
    finds: 2,
  },
  scheduledTasks: events('DeviceEvents', { ActionType: 'ScheduledTaskCreated' }, [
    { ActionType: 'ScheduledTaskCreated', ...ofSystem },
  ]),
  registryValues: events('DeviceRegistryEvents', { ActionType: 'RegistryValueSet' }, [
    { ActionType: 'RegistryKeyCreated' },
  ]),
  startupFolder: events(
    'DeviceFileEvents',
    {
      ActionType: 'FileCreated',
      FolderPath: 'C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\StartUp\\x.lnk',
    },
    [{ ActionType: 'FileCreated', FolderPath: 'C:\\Startup' }],
  ),
  newServices: events(
    'DeviceRegistryEvents',
    { ActionType: 'RegistryKeyCreated', RegistryKey: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\x' },
    [{ ActionType: 'RegistryKeyCreated', RegistryKey: 'HKLM\\Software' }],
  ),
  changedServices: events(
    'DeviceRegistryEvents',
    { ActionType: 'RegistryValueSet', RegistryKey: 'HKLM\\SYSTEM\\ControlSet001\\Services\\x' },
    [{ ActionType: 'RegistryKeyCreated', RegistryKey: 'HKLM\\SYSTEM\\ControlSet001\\Services\\x' }],
  ),
  programFilesChanged: events(
    'DeviceFileEvents',
    { ActionType: 'FileModified', FolderPath: 'C:\\Program Files (x86)\\x' },
    [{ ActionType: 'FileModified', FolderPath: 'C:\\x' }],
  ),
  newLocalUsers: events('DeviceEvents', { ActionType: 'UserAccountCreated' }, [{ ActionType: 'UserAccountModified' }]),
  newLocalGroups: events('DeviceEvents', { ActionType: 'SecurityGroupCreated' }, [
    { ActionType: 'SecurityGroupDeleted' },
  ]),
  localGroupMembers: events('DeviceEvents', { ActionType: 'UserAccountAddedToLocalGroup' }, [{}]),
  firewallPolicy: events(
    'DeviceRegistryEvents',
    { RegistryKey: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\x' },
    [{ RegistryKey: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess' }],
  ),
  hostsFile: events(
    'DeviceFileEvents',
    { FileName: 'hosts', FolderPath: 'C:\\Windows\\System32\\drivers\\etc\\hosts' },
    [{ FileName: 'hosts', FolderPath: 'C:\\x' }],
  ),
  fileOrigin: events(
    'DeviceFileEvents',
    { ActionType: 'FileCreated', FileName: 'x.exe' },
    [{ ActionType: 'FileDeleted', FileName: 'x.exe' }],
    { file: 'x.exe' },
  ),
  parentProcess: events('DeviceProcessEvents', { FileName: 'x.exe' }, [{ FileName: 'y.exe' }], {
    file: 'x.exe',
    machine,
  }),
  grandparentProcess: events('DeviceProcessEvents', { SHA1: hash }, [{ SHA1: 'b' }], { hash }),
  processDetails: events('DeviceProcessEvents', { FileName: 'x.exe', SHA1: hash }, [{ FileName: 'x.exe' }], {
    file: 'x.exe',
    hash,
  }),
  selfDeletedFiles: events(
    'DeviceFileEvents',
    { ActionType: 'FileDeleted', FileName: 'x.exe', InitiatingProcessCommandLine: 'cmd /c del x.exe' },
    [{ ActionType: 'FileDeleted', FileName: 'x.exe', InitiatingProcessCommandLine: 'cmd /c del y.exe' }],
  ),
  clearedEventLogs: {
    rows: {
      DeviceEvents: [{ ActionType: 'SecurityLogCleared' }],
      DeviceProcessEvents: [process('wevtutil.exe', 'wevtutil cl System')],
    },
    left: { DeviceProcessEvents: [process('wevtutil.exe', 'wevtutil qe System')] },
    finds: 2,
  },
  activityOfUser: {
    given: { account: 'jdoe' },
    rows: {
      DeviceProcessEvents: [{ AccountName: 'jdoe' }],
      DeviceNetworkEvents: [{ InitiatingProcessAccountName: 'jdoe' }],
    },
    left: { DeviceLogonEvents: [{ AccountName: 'x' }], DeviceFileEvents: [{}] },
    finds: 2,
  },
  machinesOfUser: events(
    'DeviceLogonEvents',
    { AccountName: 'jdoe', ActionType: 'LogonSuccess' },
    [{ AccountName: 'jdoe', ActionType: 'LogonFailed', ...other }],
    { account: 'jdoe' },
  ),
  actionsOfUser: {
    given: { account: 'jdoe' },
    rows: {
      DeviceProcessEvents: [
        { AccountName: 'jdoe', ActionType: 'p' },
        { AccountName: 'jdoe', ActionType: 'p' },
      ],
    },
    left: { DeviceProcessEvents: [{ AccountName: 'x', ActionType: 'q' }] },
  },
  filesOfUser: {
    given: { account: 'jdoe' },
    rows: { DeviceProcessEvents: [{ AccountName: 'jdoe', FileName: 'x' }] },
    left: { DeviceProcessEvents: [{ AccountName: 'y', FileName: 'z' }], DeviceLogonEvents: [{ AccountName: 'jdoe' }] },
  },
  timelineOfMachine: {
    given: { machine },
    rows: { DeviceProcessEvents: [{}], DeviceRegistryEvents: [{}], DeviceNetworkEvents: [{}] },
    left: { DeviceFileEvents: [near], DeviceLogonEvents: [near] },
    finds: 3,
  },
};
