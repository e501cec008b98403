import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { ResultError } from '../errors.ts';
import type { FileContents } from './files/contents.ts';

/** The answer of a mutation: one result a target, in the order of the input. */
export interface Payload<Result> {
  readonly clientMutationId: string | null;
  readonly dryRun: boolean;
  readonly results: readonly Result[];
}

/**
 * Why a session has to wait (run-live-response.md): one session runs on a machine at a time; a tenant may have so many sessions
 * open; so many may be started in a minute.
 */
export type QueueReason = 'MACHINE_BUSY' | 'SESSION_LIMIT' | 'CALL_RATE';

/** What a session waited for, or waits for. */
export interface Queued {
  readonly reason: QueueReason;
  readonly waitedMs: number;
  /** The session that runs on the machine, where it is known. One begun in the portal is not listed. */
  readonly behind: MachineAction | null;
}

/** What became of one machine or action. */
export interface MachineActionResult {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** Null when not even the action's id led to a machine. */
  readonly machineId: string | null;
  /** Given when it was read on the way (a dry run, a machine named by its DNS name); null says nothing of its existence. */
  readonly machine: Machine | null;
  readonly action: MachineAction | null;
  readonly alreadyUnderWay: boolean;
  /** What it had to wait for, or waits for still; null: nothing. */
  readonly queued: Queued | null;
  /** Milliseconds that the answer waited for the action's end; absent: none. */
  readonly waitedMs?: number;
  readonly error: ResultError | null;
}

export interface IncidentResult {
  readonly incidentId: string;
  readonly incident: Incident | null;
  readonly error: ResultError | null;
}

export interface AlertResult {
  readonly alertId: string;
  readonly alert: Alert | null;
  readonly error: ResultError | null;
}

/** What a completed `RUN_SCRIPT` left behind. */
export interface LiveResponseScriptResult {
  readonly scriptName: string | null;
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What a completed `GET_FILE` brought, as Defender packs it. */
export interface LiveResponseFile {
  /** As it is named on the machine; null when Defender does not say. */
  readonly fileName: string | null;
  /** Where the gateway streams it, from its own address on. */
  readonly url: string;
  /** Reads it through when it is first asked for, however often. */
  readonly contents: () => Promise<FileContents>;
}
