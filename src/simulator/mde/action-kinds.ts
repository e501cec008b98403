import type { WorldMachine } from '../world/types.ts';

/** Kinds of action, named as `MachineAction.type` names them. */
export type ActionType =
  | 'Isolate'
  | 'Unisolate'
  | 'RestrictCodeExecution'
  | 'UnrestrictCodeExecution'
  | 'RunAntiVirusScan'
  | 'Offboard'
  | 'CollectInvestigationPackage'
  | 'StopAndQuarantineFile'
  | 'LiveResponse';

/** Families of operating systems, as the pages draw their limits. */
type Platform = 'WindowsClient' | 'WindowsServer' | 'Linux' | 'macOS';

interface ActionKind {
  /** Permission that starts and cancels it. */
  readonly permission: string;
  readonly platforms: readonly Platform[];
  /** First version of Windows 10 that knows it (respond-machine-alerts.md, respond-file-alerts.md); `null`: any. */
  readonly since: number | null;
  /** The action whose effect this one takes back: without that effect there is nothing to do. */
  readonly undoes: ActionType | null;
}

const windows = ['WindowsClient', 'WindowsServer'] as const;

/** What the pages of the actions say about permission and operating system. */
export const actionKinds = {
  Isolate: { permission: 'Machine.Isolate', platforms: [...windows, 'Linux'], since: 1703, undoes: null },
  Unisolate: { permission: 'Machine.Isolate', platforms: [...windows, 'Linux'], since: 1703, undoes: 'Isolate' },
  RestrictCodeExecution: { permission: 'Machine.RestrictExecution', platforms: windows, since: 1709, undoes: null },
  UnrestrictCodeExecution: {
    permission: 'Machine.RestrictExecution',
    platforms: windows,
    since: 1709,
    undoes: 'RestrictCodeExecution',
  },
  RunAntiVirusScan: { permission: 'Machine.Scan', platforms: windows, since: 1709, undoes: null },
  Offboard: { permission: 'Machine.Offboard', platforms: windows, since: null, undoes: null },
  CollectInvestigationPackage: {
    permission: 'Machine.CollectForensics',
    platforms: windows,
    since: 1703,
    undoes: null,
  },
  // The page also lists Machine.Read.All; a reader that may quarantine would hide a missing permission in tests.
  StopAndQuarantineFile: { permission: 'Machine.StopAndQuarantine', platforms: windows, since: 1703, undoes: null },
  LiveResponse: {
    permission: 'Machine.LiveResponse',
    platforms: [...windows, 'Linux', 'macOS'],
    since: 1709,
    undoes: null,
  },
} as const satisfies Record<ActionType, ActionKind>;

export const isActionType = (type: string): type is ActionType => type in actionKinds;

/** `null` for a system that takes no action at all. */
export function platformOf(machine: WorldMachine): Platform | null {
  if (machine.osPlatform.startsWith('WindowsServer')) return 'WindowsServer';
  if (machine.osPlatform.startsWith('Windows')) return 'WindowsClient';
  if (machine.osPlatform === 'Linux' || machine.osPlatform === 'macOS') return machine.osPlatform;
  return null;
}

/** A version of Windows 10 before 2020, e.g. `1607`; later ones (`20H2`) are newer than any limit. */
export const isOlderThan = ({ osPlatform, osVersion }: WorldMachine, since: number): boolean =>
  osPlatform === 'Windows10' && /^1\d{3}$/.test(osVersion) && Number(osVersion) < since;

/** Selective isolation came later than the full one (isolate-machine.md). */
export const selectiveIsolationSince = 1709;

/** It exists on Windows 10 and 11 alone. */
export const selectiveIsolationPlatforms: readonly Platform[] = ['WindowsClient'];
