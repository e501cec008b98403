import {
  type LiveResponseCommandType,
  liveResponseCommandTypes,
  type MachineActionStatus,
  type MachineActionType,
  machineActionStatuses,
  machineActionTypes,
} from '../../domain/enums.ts';
import { readerOf, type WordTable } from './words.ts';

const named = (mde: string | null, ...also: readonly string[]) => ({ graph: null, m365d: null, mde, also });

/** machineaction.md */
export const machineActionTypeWords = {
  ISOLATE: named('Isolate'),
  UNISOLATE: named('Unisolate'),
  RUN_ANTI_VIRUS_SCAN: named('RunAntiVirusScan'),
  RESTRICT_CODE_EXECUTION: named('RestrictCodeExecution'),
  UNRESTRICT_CODE_EXECUTION: named('UnrestrictCodeExecution'),
  COLLECT_INVESTIGATION_PACKAGE: named('CollectInvestigationPackage'),
  STOP_AND_QUARANTINE_FILE: named('StopAndQuarantineFile'),
  LIVE_RESPONSE: named('LiveResponse'),
  OFFBOARD: named('Offboard'),
  OTHER: named(null),
} satisfies WordTable<MachineActionType>;

/** machineaction.md */
export const machineActionStatusWords = {
  PENDING: named('Pending'),
  IN_PROGRESS: named('InProgress'),
  SUCCEEDED: named('Succeeded'),
  FAILED: named('Failed'),
  TIME_OUT: named('TimeOut'),
  CANCELLED: named('Cancelled', 'Canceled'),
  UNKNOWN: named(null),
} satisfies WordTable<MachineActionStatus>;

/** run-live-response.md */
export const commandTypeWords = {
  PUT_FILE: named('PutFile'),
  RUN_SCRIPT: named('RunScript'),
  GET_FILE: named('GetFile'),
  OTHER: named(null),
} satisfies WordTable<LiveResponseCommandType>;

/** Any API's word; `OTHER` for an unknown one. */
export const readMachineActionType = readerOf(machineActionTypes, machineActionTypeWords, 'OTHER');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readMachineActionStatus = readerOf(machineActionStatuses, machineActionStatusWords, 'UNKNOWN');
/** Any API's word; `OTHER` for an unknown one. */
export const readCommandType = readerOf(liveResponseCommandTypes, commandTypeWords, 'OTHER');
