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
  /** The action whose effect this one takes back: without that effect there is nothing to do. */
  readonly undoes: ActionType | null;
}

const windows = ['WindowsClient', 'WindowsServer'] as const;

/** What the pages of the actions say about permission and operating system. */
export const actionKinds = {
  Isolate: { permission: 'Machine.Isolate', platforms: [...windows, 'Linux'], undoes: null },
  Unisolate: { permission: 'Machine.Isolate', platforms: [...windows, 'Linux'], undoes: 'Isolate' },
  RestrictCodeExecution: { permission: 'Machine.RestrictExecution', platforms: windows, undoes: null },
  UnrestrictCodeExecution: {
    permission: 'Machine.RestrictExecution',
    platforms: windows,
    undoes: 'RestrictCodeExecution',
  },
  RunAntiVirusScan: { permission: 'Machine.Scan', platforms: windows, undoes: null },
  Offboard: { permission: 'Machine.Offboard', platforms: windows, undoes: null },
  CollectInvestigationPackage: { permission: 'Machine.CollectForensics', platforms: windows, undoes: null },
  // The page also lists Machine.Read.All; a reader that may quarantine would hide a missing permission in tests.
  StopAndQuarantineFile: { permission: 'Machine.StopAndQuarantine', platforms: windows, undoes: null },
  LiveResponse: { permission: 'Machine.LiveResponse', platforms: [...windows, 'Linux', 'macOS'], undoes: null },
} as const satisfies Record<ActionType, ActionKind>;

export const isActionType = (type: string): type is ActionType => type in actionKinds;

/** `null` for a system that takes no action at all. */
export function platformOf(machine: WorldMachine): Platform | null {
  if (machine.osPlatform.startsWith('WindowsServer')) return 'WindowsServer';
  if (machine.osPlatform.startsWith('Windows')) return 'WindowsClient';
  if (machine.osPlatform === 'Linux' || machine.osPlatform === 'macOS') return machine.osPlatform;
  return null;
}

/** Selective isolation exists on Windows 10 and 11 alone (isolate-machine.md). */
export const selectiveIsolationPlatforms: readonly Platform[] = ['WindowsClient'];
