import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { ActionOutcome } from '../domain/outcome.ts';
import type { FileContents } from '../downloads/contents.ts';
import type { Indicator } from '../entities/indicator-fields.ts';
import type { LibraryFile } from '../entities/library-file.ts';
import type { ScanDefinition } from '../entities/scan-definition.ts';
import type { ResultError } from '../errors.ts';

/** The answer of a mutation: one result a target, in the order of the input. */
export interface Payload<Result> {
  readonly clientMutationId: string | null;
  readonly dryRun: boolean;
  readonly results: readonly Result[];
  /** The most that could be waited, in seconds, where that is less than was asked; null: as long as was asked. */
  readonly waitCutTo: number | null;
}

/** What became of one target, in every mutation's result. */
export interface TargetResult {
  /** Null on a dry run that found nothing against it. */
  readonly outcome: ActionOutcome | null;
  readonly error: ResultError | null;
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

/** In which tenant it is. */
interface InTenant {
  /** The tenant's configured name. */
  readonly tenant: string;
}

/** A machine that an action is about. */
interface OfMachine extends InTenant {
  readonly machineId: string;
  /** Given when it was read on the way; null says nothing of its existence. */
  readonly machine: Machine | null;
}

/** What became of one machine or action. */
export interface MachineActionResult extends TargetResult, InTenant {
  /** Null when not even the action's id led to a machine. */
  readonly machineId: string | null;
  /** Given when it was read on the way (a dry run, a machine named by its DNS name); null says nothing of its existence. */
  readonly machine: Machine | null;
  readonly action: MachineAction | null;
  readonly alreadyUnderWay: boolean;
  /** What it had to wait for, or waits for still; null: nothing. */
  readonly queued: Queued | null;
  /** Seconds that the answer waited for the action's end. */
  readonly waitedSeconds: number;
}

/** A field as it is, and as it would be. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What became of a change. */
interface ChangeResult extends TargetResult {
  /** Null unless it is a dry run. */
  readonly changes: readonly FieldChange[] | null;
}

/** An incident that an action is about, as far as the caller reads it. */
interface OfIncident {
  readonly incidentId: string;
  readonly incident: Incident | null;
}

/** The same of an alert. */
interface OfAlert {
  readonly alertId: string;
  readonly alert: Alert | null;
}

/** The same where there need not be one. */
type Nullable<Of> = { readonly [Field in keyof Of]: Of[Field] | null };

export interface IncidentResult extends ChangeResult, OfIncident {}

export interface AlertResult extends ChangeResult, OfAlert {}

export interface MachineResult extends ChangeResult, OfMachine {}

export interface InvestigationResult extends TargetResult, OfMachine {
  /** Started now, or found under way. */
  readonly investigationId: string | null;
}

export interface MergeResult extends TargetResult, OfIncident {
  /** The incident that is left. */
  readonly targetIncidentId: string | null;
}

export interface MoveResult extends TargetResult, OfAlert {
  /** The incident that it is in now. */
  readonly targetIncidentId: string | null;
}

export interface NewAlertResult extends TargetResult, Pick<OfMachine, 'machineId'>, Nullable<OfAlert> {}

export interface LibraryFileResult extends TargetResult {
  readonly fileName: string;
  /** Of the content that was given, in hex digits; null: none was. */
  readonly sha256: string | null;
  readonly libraryFile: LibraryFile | null;
}

export interface ScanDefinitionResult extends TargetResult {
  /** Null while there is none. */
  readonly scanDefinitionId: string | null;
  /** Null unless it is changed, and for a caller who may not read it. */
  readonly changes: readonly FieldChange[] | null;
  readonly scanDefinition: ScanDefinition | null;
}

/** What is, or would be, done to an indicator. */
export type IndicatorChangeKind = 'ADDED' | 'CHANGED' | 'REMOVED' | 'UNCHANGED';

export interface IndicatorResult extends TargetResult, InTenant {
  /** Null for an id that there is not, or whose indicator the caller may not read; the value too. */
  readonly indicatorType: Indicator['indicatorType'] | null;
  readonly indicatorValue: string | null;
  readonly indicatorId: string | null;
  /** The same, where the caller may read what it stands for and it is there. */
  readonly readableId: string | null;
  /** Null for what cannot be, and where what was there is not told. */
  readonly change: IndicatorChangeKind | null;
  /** Null unless it is changed. */
  readonly changes: readonly FieldChange[] | null;
}

/** One indicator in which a tenant differs from a set. */
export interface IndicatorSetChange {
  readonly kind: Exclude<IndicatorChangeKind, 'UNCHANGED'>;
  readonly indicatorType: Indicator['indicatorType'];
  readonly indicatorValue: string;
  readonly indicatorId: string | null;
  /** Null unless it is changed. */
  readonly changes: readonly FieldChange[] | null;
  /** Null where nothing was to be done now. */
  readonly outcome: ActionOutcome | null;
  readonly error: ResultError | null;
}

/** How far one tenant is from a set, and what was done about it. */
export interface IndicatorSetResult extends TargetResult, InTenant {
  /** How many lack; null where the tenant could not be looked at. */
  readonly added: number | null;
  readonly changed: number | null;
  readonly removed: number | null;
  readonly unchanged: number | null;
  /** Indicators that were seen in the tenant. */
  readonly active: number | null;
  /** How many were not done, or may not have been; null when nothing was to be done now. */
  readonly notDone: number | null;
  /** What was not done first; none for those who may not read indicators. */
  readonly changes: readonly IndicatorSetChange[];
  readonly remark: string | null;
}

/** Of an incident or of an alert; the fields of the other are null. */
export interface CommentResult extends TargetResult, Nullable<OfIncident>, Nullable<OfAlert> {}

/** What a completed `GET_FILE` brought, as Defender packs it. */
export interface LiveResponseFile {
  /** As it is named on the machine; null when Defender does not say. */
  readonly fileName: string | null;
  /** Where the gateway streams it, from its own address on. */
  readonly url: string;
  /** Reads it through when it is first asked for, however often. */
  readonly contents: () => Promise<FileContents>;
}
