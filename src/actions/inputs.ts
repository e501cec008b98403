import type {
  ReleaseMachinesInput,
  SetDeviceValueInput,
  StopAndQuarantineFileInput,
  UpdateAlertsInput,
  UpdateIncidentsInput,
} from '../generated/inputs.ts';

/** What callers send is what the SDL says. Fields with a default in the schema may be absent here all the same. */
export type {
  AddCommentInput,
  CancelMachineActionsInput,
  CreateAlertInput,
  DeleteLibraryFileInput,
  IsolateMachinesInput,
  LiveResponseCommandInput,
  MergeIncidentsInput,
  MoveAlertsInput,
  RunLiveResponseInput,
  ScanMachinesInput,
  SetDeviceValueInput,
  StartInvestigationInput,
  StopAndQuarantineFileInput,
  TagMachinesInput,
  UpdateAlertsInput,
  UpdateIncidentsInput,
  UploadLibraryFileInput,
} from '../generated/inputs.ts';

/** What every mutation of machines takes. */
export type MachinesInput = ReleaseMachinesInput;

/** What every mutation takes beside its own. */
export type MutationInput = Pick<MachinesInput, 'tenant' | 'idempotencyKey' | 'dryRun' | 'clientMutationId'>;

/** What an act on machines takes that finds them by itself, where they are not named. */
export type FoundMachinesInput = Omit<StopAndQuarantineFileInput, 'sha1'>;

/** What every change of machines takes. Defender keeps no comment with it. */
export type ChangedMachinesInput = Omit<SetDeviceValueInput, 'deviceValue'>;

/** What can be changed on incidents and alerts alike; an owner of null takes the owner off. */
export type TriageInput = Omit<
  UpdateIncidentsInput & UpdateAlertsInput,
  'incidentIds' | 'alertIds' | 'status' | 'tags' | 'addTags' | 'removeTags'
>;
