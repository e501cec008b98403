import { acknowledged } from '../acknowledged.ts';
import type { Operation } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity } from '../http/shape.ts';
import type { MdeCommand, MdeMachineAction } from './wire.ts';
import { isMdeMachineAction } from './wire.ts';

/** One thing that can be done to a machine. Body keys are case-sensitive: with the wrong case the API answers 400. */
interface Submission<Input> {
  readonly id: string;
  /** Last segment of the path, as its page spells it. */
  readonly segment: string;
  readonly permission: string;
  readonly body: (input: Input) => Readonly<Record<string, unknown>>;
}

/** The operation of a submission. Its answer is the action that began, or `null` when the API took it without saying which. */
type Submit<Input> = (machineId: string, input: Input) => Operation<MdeMachineAction | null>;

const submission =
  <Input>(row: Submission<Input>): Submit<Input> =>
  (machineId, input) => ({
    id: row.id,
    api: 'mde',
    method: 'POST',
    path: `/api/machines/${segment(machineId)}/${row.segment}`,
    body: row.body(input),
    repeatable: false,
    permissions: [row.permission],
    parse: acknowledged(readEntity('a machine action', isMdeMachineAction)),
  });

/** Why; kept by Defender with the action, and needed by all but live response. */
export interface Commented {
  readonly comment: string;
}

/** `UnManagedDevice` contains a device that is not onboarded. isolate-machine.md */
export type MdeIsolationType = 'Full' | 'Selective' | 'UnManagedDevice';

/** run-av-scan.md */
export type MdeScanType = 'Quick' | 'Full';

const commentOnly = ({ comment }: Commented) => ({ Comment: comment });

/** Cuts a machine off the network. Permission: `Machine.Isolate`. isolate-machine.md */
export const isolate = submission<Commented & { readonly isolationType: MdeIsolationType }>({
  id: 'mde.isolateMachine',
  segment: 'isolate',
  permission: 'Machine.Isolate',
  body: ({ comment, isolationType }) => ({ Comment: comment, IsolationType: isolationType }),
});

/** Releases a machine from isolation. Permission: `Machine.Isolate`. unisolate-machine.md */
export const unisolate = submission<Commented>({
  id: 'mde.unisolateMachine',
  segment: 'unisolate',
  permission: 'Machine.Isolate',
  body: commentOnly,
});

/** Starts an antivirus scan. Permission: `Machine.Scan`. run-av-scan.md */
export const runAntiVirusScan = submission<Commented & { readonly scanType: MdeScanType }>({
  id: 'mde.runAntivirusScan',
  segment: 'runAntiVirusScan',
  permission: 'Machine.Scan',
  body: ({ comment, scanType }) => ({ Comment: comment, ScanType: scanType }),
});

/**
 * Runs commands, in the order PutFile, RunScript, GetFile; 10 calls a minute, one session a machine.
 * Permission: `Machine.LiveResponse`. run-live-response.md
 */
export const runLiveResponse = submission<{
  readonly commands: readonly MdeCommand[];
  readonly comment?: string | undefined;
}>({
  id: 'mde.runLiveResponse',
  segment: 'runliveresponse',
  permission: 'Machine.LiveResponse',
  body: ({ commands, comment }) =>
    comment === undefined ? { Commands: commands } : { Commands: commands, Comment: comment },
});

/** Lets only programs signed by Microsoft run. Permission: `Machine.RestrictExecution`. restrict-code-execution.md */
export const restrictCodeExecution = submission<Commented>({
  id: 'mde.restrictCodeExecution',
  segment: 'restrictCodeExecution',
  permission: 'Machine.RestrictExecution',
  body: commentOnly,
});

/** Lifts that restriction. Permission: `Machine.RestrictExecution`. unrestrict-code-execution.md */
export const unrestrictCodeExecution = submission<Commented>({
  id: 'mde.unrestrictCodeExecution',
  segment: 'unrestrictCodeExecution',
  permission: 'Machine.RestrictExecution',
  body: commentOnly,
});

/** Collects a forensic package. Permission: `Machine.CollectForensics`. collect-investigation-package.md */
export const collectInvestigationPackage = submission<Commented>({
  id: 'mde.collectInvestigationPackage',
  segment: 'collectInvestigationPackage',
  permission: 'Machine.CollectForensics',
  body: commentOnly,
});

/**
 * Stops a file's processes on a machine and quarantines it; SHA-1 only. stop-and-quarantine-file.md
 * Permission: `Machine.StopAndQuarantine`; the page's read permissions beside it do not let a file be stopped.
 */
export const stopAndQuarantineFile = submission<Commented & { readonly sha1: string }>({
  id: 'mde.stopAndQuarantineFile',
  segment: 'StopAndQuarantineFile',
  permission: 'Machine.StopAndQuarantine',
  body: ({ comment, sha1 }) => ({ Comment: comment, Sha1: sha1 }),
});

/** Offboards the sensor; cannot be undone through the API. Permission: `Machine.Offboard`. offboard-machine-api.md */
export const offboard = submission<Commented>({
  id: 'mde.offboardMachine',
  segment: 'offboard',
  permission: 'Machine.Offboard',
  body: commentOnly,
});
