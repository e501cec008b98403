import { errorCodes } from '../src/errors.ts';
import type {
  AlertResultResolvers,
  CommentResultResolvers,
  IncidentResultResolvers,
  LibraryFileResultResolvers,
  MachineResultResolvers,
  MergeResultResolvers,
  MoveResultResolvers,
  NewAlertResultResolvers,
  ResultErrorResolvers,
} from '../src/generated/graphql.ts';

/** Longer than any id, or name of a file, that Microsoft has. */
const maxCharacters = 1024;

/** A target as the input named it: what can be none is echoed as far as people read. */
export function shownTarget(target: string): string;
export function shownTarget(target: string | null): string | null;
export function shownTarget(target: string | null): string | null {
  return target === null || target.length <= maxCharacters ? target : `${target.slice(0, maxCharacters)}…`;
}

/** Results are kept, and a newer version of the gateway may have kept this one: a code that is not known voids no answer. */
export const ResultError: ResultErrorResolvers = {
  code: ({ code }) => errorCodes.find((each) => each === code) ?? 'UNKNOWN',
};

export const AlertResult: AlertResultResolvers = { alertId: ({ alertId }) => shownTarget(alertId) };

export const IncidentResult: IncidentResultResolvers = { incidentId: ({ incidentId }) => shownTarget(incidentId) };

export const MachineResult: MachineResultResolvers = { machineId: ({ machineId }) => shownTarget(machineId) };

export const CommentResult: CommentResultResolvers = {
  alertId: ({ alertId }) => shownTarget(alertId),
  incidentId: ({ incidentId }) => shownTarget(incidentId),
};

export const LibraryFileResult: LibraryFileResultResolvers = { fileName: ({ fileName }) => shownTarget(fileName) };

export const MergeResult: MergeResultResolvers = {
  incidentId: ({ incidentId }) => shownTarget(incidentId),
  targetIncidentId: ({ targetIncidentId }) => shownTarget(targetIncidentId),
};

export const MoveResult: MoveResultResolvers = {
  alertId: ({ alertId }) => shownTarget(alertId),
  targetIncidentId: ({ targetIncidentId }) => shownTarget(targetIncidentId),
};

export const NewAlertResult: NewAlertResultResolvers = { machineId: ({ machineId }) => shownTarget(machineId) };
