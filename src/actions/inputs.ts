import type {
  AlertStatus,
  Classification,
  Determination,
  IncidentStatus,
  LiveResponseCommandType,
  Severity,
} from '../domain/enums.ts';
import type { NewAlertCategory } from '../generated/inputs.ts';
import type { IsolationType, ScanType } from '../routing/acts.ts';

/** A field that a caller may leave out. */
type Given<T> = T | null | undefined;

/** What every mutation takes beside its own. Fields with a default in the schema may be absent here all the same. */
export interface MutationInput {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly idempotencyKey?: Given<string>;
  readonly dryRun?: boolean;
  readonly clientMutationId?: Given<string>;
}

/** What every mutation of machines takes. */
export interface MachinesInput extends MutationInput {
  /** Machine ids, or full DNS names. */
  readonly machineIds: readonly string[];
  readonly comment: string;
  readonly waitSeconds?: number;
}

export interface IsolateMachinesInput extends MachinesInput {
  readonly isolationType?: IsolationType;
}

export interface ScanMachinesInput extends MachinesInput {
  readonly scanType?: ScanType;
}

export interface LiveResponseCommandInput {
  readonly type: LiveResponseCommandType;
  readonly fileName?: Given<string>;
  readonly scriptName?: Given<string>;
  readonly args?: Given<string>;
  readonly path?: Given<string>;
}

export interface RunLiveResponseInput extends MutationInput {
  readonly actionId?: Given<string>;
  readonly machineIds?: Given<readonly string[]>;
  readonly commands?: Given<readonly LiveResponseCommandInput[]>;
  readonly comment?: Given<string>;
  readonly waitSeconds?: number;
}

export interface CancelMachineActionsInput extends MutationInput {
  readonly actionIds: readonly string[];
  readonly comment: string;
}

/** What can be changed on incidents and alerts alike; an owner of null takes the owner off. */
export interface TriageInput extends MutationInput {
  readonly classification?: Given<Classification>;
  readonly determination?: Given<Determination>;
  readonly assignedTo?: Given<string>;
  readonly comment?: Given<string>;
}

export interface UpdateIncidentsInput extends TriageInput {
  readonly incidentIds: readonly string[];
  readonly status?: Given<IncidentStatus>;
  /** Replaces the whole list. */
  readonly tags?: Given<readonly string[]>;
  readonly addTags?: Given<readonly string[]>;
  readonly removeTags?: Given<readonly string[]>;
}

/** An alert on an event that hunting found. */
export interface CreateAlertInput extends MutationInput {
  readonly machineId: string;
  readonly reportId: string;
  readonly eventTime: string;
  readonly severity: Severity;
  readonly category: NewAlertCategory;
  readonly title: string;
  readonly description: string;
  readonly recommendedAction: string;
}

export interface UploadLibraryFileInput extends MutationInput {
  readonly fileName: string;
  readonly contentBase64: string;
  readonly description?: Given<string>;
  readonly parametersDescription?: Given<string>;
  readonly overwrite?: boolean;
}

export interface DeleteLibraryFileInput extends MutationInput {
  readonly fileName: string;
}

export interface MergeIncidentsInput extends MutationInput {
  readonly incidentIds: readonly string[];
  readonly comment?: Given<string>;
}

/** Without `incidentId` they make a new incident. */
export interface MoveAlertsInput extends MutationInput {
  readonly alertIds: readonly string[];
  readonly incidentId?: Given<string>;
  readonly comment?: Given<string>;
}

/** On incidents or on alerts, never on both. */
export interface AddCommentInput extends MutationInput {
  readonly incidentIds?: Given<readonly string[]>;
  readonly alertIds?: Given<readonly string[]>;
  readonly comment: string;
}

export interface UpdateAlertsInput extends TriageInput {
  readonly alertIds: readonly string[];
  readonly status?: Given<AlertStatus>;
}
