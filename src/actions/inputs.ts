import type { ReleaseMachinesInput, UpdateAlertsInput, UpdateIncidentsInput } from '../generated/inputs.ts';

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
  UpdateAlertsInput,
  UpdateIncidentsInput,
  UploadLibraryFileInput,
} from '../generated/inputs.ts';

/** What every mutation of machines takes. */
export type MachinesInput = ReleaseMachinesInput;

/** What every mutation takes beside its own. */
export type MutationInput = Pick<MachinesInput, 'tenant' | 'idempotencyKey' | 'dryRun' | 'clientMutationId'>;

/** What can be changed on incidents and alerts alike; an owner of null takes the owner off. */
export type TriageInput = Omit<
  UpdateIncidentsInput & UpdateAlertsInput,
  'incidentIds' | 'alertIds' | 'status' | 'tags' | 'addTags' | 'removeTags'
>;
