import {
  anywhere,
  byAnyProcess,
  inTime,
  type LibraryQueries,
  lines,
  newestFirst,
  onAnyMachine,
} from './library-query.ts';

const command = 'microsoft-atp-advanced-hunting-persistence-evidence';
const initiator =
  'InitiatingProcessFileName, InitiatingProcessSHA1, InitiatingProcessCommandLine, InitiatingProcessAccountName';

const registry = (...conditions: readonly string[]): string =>
  lines(
    'DeviceRegistryEvents',
    inTime,
    ...conditions,
    onAnyMachine,
    byAnyProcess,
    `| project Timestamp, DeviceId, DeviceName, ActionType, RegistryKey, RegistryValueName, RegistryValueData, PreviousRegistryValueData, ${initiator}`,
    newestFirst,
  );

const files = (...conditions: readonly string[]): string =>
  lines(
    'DeviceFileEvents',
    inTime,
    ...conditions,
    onAnyMachine,
    byAnyProcess,
    `| project Timestamp, DeviceId, DeviceName, ActionType, FileName, FolderPath, SHA1, ${initiator}`,
    newestFirst,
  );

const events = (...conditions: readonly string[]): string =>
  lines(
    'DeviceEvents',
    inTime,
    ...conditions,
    onAnyMachine,
    byAnyProcess,
    `| project Timestamp, DeviceId, DeviceName, ActionType, AccountDomain, AccountName, AdditionalFields, ${initiator}`,
    newestFirst,
  );

const services =
  '| where RegistryKey contains "\\\\CurrentControlSet\\\\Services\\\\" or RegistryKey contains "\\\\ControlSet001\\\\Services\\\\"';
const aids =
  '("sethc.exe", "utilman.exe", "osk.exe", "magnify.exe", "narrator.exe", "displayswitch.exe", "atbroker.exe")';

const ofRegistry = ['DeviceRegistryEvents'] as const;
const ofFiles = ['DeviceFileEvents'] as const;
const ofEvents = ['DeviceEvents'] as const;

/** What stays after a restart. */
export const persistence = {
  accessibilityTools: {
    about: 'Tools of the logon screen that were given a debugger, or were overwritten.',
    tables: ['DeviceRegistryEvents', 'DeviceFileEvents'],
    parameters: {},
    alsoKnownAs: ['accessibility_persistence'],
    kql: lines(
      `union (DeviceRegistryEvents ${inTime}
    | where ActionType == "RegistryValueSet" and RegistryValueName =~ "Debugger" and RegistryKey contains "Image File Execution Options"
    | extend Tool = tostring(split(RegistryKey, "\\\\")[-1])
    | where Tool in~ ${aids}
    | project Timestamp, DeviceId, DeviceName, Sign = "debugger", Tool, By = RegistryValueData, ${initiator}),`,
      `  (DeviceFileEvents ${inTime}
    | where FileName in~ ${aids} and FolderPath contains "\\\\Windows\\\\System32\\\\"
    | where ActionType in ("FileModified", "FileCreated", "FileRenamed") and not(InitiatingProcessFileName in~ ("tiworker.exe", "trustedinstaller.exe", "poqexec.exe"))
    | project Timestamp, DeviceId, DeviceName, Sign = "overwritten", Tool = FileName, By = SHA1, ${initiator})`,
      newestFirst,
    ),
  },
  scheduledTasks: {
    about: 'Scheduled tasks that other accounts than those of the system made.',
    tables: ofEvents,
    parameters: anywhere,
    alsoKnownAs: [`${command}/scheduled_job`],
    kql: events(
      '| where ActionType == "ScheduledTaskCreated" and not(InitiatingProcessAccountSid in ("S-1-5-18", "S-1-5-19", "S-1-5-20"))',
    ),
  },
  registryValues: {
    about: 'Values of the registry that were set.',
    tables: ofRegistry,
    parameters: anywhere,
    alsoKnownAs: [`${command}/registry_entry`],
    kql: registry('| where ActionType == "RegistryValueSet"'),
  },
  startupFolder: {
    about: 'Files that were made in the folder for the start.',
    tables: ofFiles,
    parameters: anywhere,
    alsoKnownAs: [`${command}/startup_folder_changes`],
    kql: files('| where ActionType == "FileCreated" and FolderPath contains "\\\\Start Menu\\\\Programs\\\\Startup"'),
  },
  newServices: {
    about: 'Keys of services that were made.',
    tables: ofRegistry,
    parameters: anywhere,
    alsoKnownAs: [`${command}/new_service_created`],
    kql: registry('| where ActionType == "RegistryKeyCreated"', services),
  },
  changedServices: {
    about: 'Values of services that were set.',
    tables: ofRegistry,
    parameters: anywhere,
    alsoKnownAs: [`${command}/service_updated`],
    kql: registry('| where ActionType == "RegistryValueSet"', services),
  },
  programFilesChanged: {
    about: 'Files below the folder of programs that were changed.',
    tables: ofFiles,
    parameters: anywhere,
    alsoKnownAs: [`${command}/file_replaced`],
    kql: files('| where ActionType == "FileModified" and FolderPath contains "\\\\Program Files"'),
  },
  newLocalUsers: {
    about: 'Local accounts that were made.',
    tables: ofEvents,
    parameters: anywhere,
    alsoKnownAs: [`${command}/new_user`],
    kql: events('| where ActionType == "UserAccountCreated"'),
  },
  newLocalGroups: {
    about: 'Local groups that were made.',
    tables: ofEvents,
    parameters: anywhere,
    alsoKnownAs: [`${command}/new_group`],
    kql: events('| where ActionType == "SecurityGroupCreated"'),
  },
  localGroupMembers: {
    about: 'Accounts that were put into a local group.',
    tables: ofEvents,
    parameters: anywhere,
    alsoKnownAs: [`${command}/group_user_change`],
    kql: events('| where ActionType == "UserAccountAddedToLocalGroup"'),
  },
  firewallPolicy: {
    about: 'Keys of the firewall policy that were changed.',
    tables: ofRegistry,
    parameters: anywhere,
    alsoKnownAs: [`${command}/local_firewall_change`],
    kql: registry('| where RegistryKey contains "\\\\SharedAccess\\\\Parameters\\\\FirewallPolicy"'),
  },
  hostsFile: {
    about: 'The hosts file was changed.',
    tables: ofFiles,
    parameters: anywhere,
    alsoKnownAs: [`${command}/host_file_change`],
    kql: files('| where FileName =~ "hosts" and FolderPath contains "\\\\drivers\\\\etc"'),
  },
} satisfies LibraryQueries;
