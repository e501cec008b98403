import { machineActions } from '../../microsoft/mde/machine-actions.ts';
import { act } from '../call.ts';
import { machineAction } from './machine-actions.ts';
import type { MdeCommand } from './wire.ts';

/*
 * What can be done to a machine. The answer is the action that began, or `null` when the API took it without saying which.
 * Body keys are case-sensitive: with the wrong case the API answers 400.
 */

/** Why; kept by Defender with the action, and needed by all but live response. */
export interface Commented {
  readonly comment: string;
}

/** `UnManagedDevice` contains a device that is not onboarded. isolate-machine.md */
export type MdeIsolationType = 'Full' | 'Selective' | 'UnManagedDevice';

/** run-av-scan.md */
export type MdeScanType = 'Quick' | 'Full';

/** Cuts a machine off the network. */
export const isolate = (
  id: string,
  { comment, isolationType }: Commented & { readonly isolationType: MdeIsolationType },
) => act(machineActions.isolateMachine, { id }, machineAction, { Comment: comment, IsolationType: isolationType });

/** Releases a machine from isolation. */
export const unisolate = (id: string, { comment }: Commented) =>
  act(machineActions.unisolateMachine, { id }, machineAction, { Comment: comment });

/** Starts an antivirus scan. */
export const runAntiVirusScan = (id: string, { comment, scanType }: Commented & { readonly scanType: MdeScanType }) =>
  act(machineActions.runAntivirusScan, { id }, machineAction, { Comment: comment, ScanType: scanType });

/** Runs commands, in the order PutFile, RunScript, GetFile; one session a machine. */
export const runLiveResponse = (
  id: string,
  { commands, comment }: { readonly commands: readonly MdeCommand[]; readonly comment?: string | undefined },
) =>
  act(
    machineActions.runLiveResponse,
    { id },
    machineAction,
    comment === undefined ? { Commands: commands } : { Commands: commands, Comment: comment },
  );
