import type {
  AlertStatus,
  Classification,
  Determination,
  DeviceValue,
  IncidentStatus,
  LiveResponseCommandType,
} from '../domain/enums.ts';
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

/** What an act on machines takes that finds them by itself, where they are not named. */
export interface FoundMachinesInput extends MutationInput {
  /** Machine ids, or full DNS names. */
  readonly machineIds?: Given<readonly string[]>;
  readonly comment: string;
  readonly waitSeconds?: number;
}

/** What every other act on machines takes. */
export interface MachinesInput extends FoundMachinesInput {
  readonly machineIds: readonly string[];
}

export interface StopAndQuarantineFileInput extends FoundMachinesInput {
  readonly sha1: string;
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

/** What starts investigations. */
export interface StartInvestigationInput extends MutationInput {
  /** Machine ids, or full DNS names. */
  readonly machineIds: readonly string[];
  readonly comment: string;
}

/** What every change of machines takes. Defender keeps no comment with it. */
export interface ChangedMachinesInput extends MutationInput {
  /** Machine ids, or full DNS names. */
  readonly machineIds: readonly string[];
  readonly comment?: Given<string>;
}

export interface TagMachinesInput extends ChangedMachinesInput {
  readonly tag: string;
  readonly operation: 'ADD' | 'REMOVE';
}

export interface SetDeviceValueInput extends ChangedMachinesInput {
  readonly deviceValue: DeviceValue;
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

export interface UpdateAlertsInput extends TriageInput {
  readonly alertIds: readonly string[];
  readonly status?: Given<AlertStatus>;
}
