import type { WorldAction, WorldCommandState } from '../world/types.ts';

/** Everything but the time of the last update, which the list and the single read name differently. */
function common(action: WorldAction): Readonly<Record<string, unknown>> {
  return {
    id: action.id,
    type: action.type,
    title: action.title ?? null,
    requestor: action.requestor,
    requestorComment: action.requestorComment,
    requestSource: 'PublicApi',
    externalID: action.externalId,
    status: action.status,
    machineId: action.machine.id,
    computerDnsName: action.machine.computerDnsName,
    creationDateTimeUtc: action.createdAt,
    cancellationRequestor: action.cancellationRequestor,
    cancellationComment: action.cancellationComment,
    cancellationDateTimeUtc: action.cancelledAt,
    errorHResult: action.errorHResult,
    troubleshootInfo: action.status === 'Failed' ? 'The machine did not answer: see the client analyzer' : null,
    scope: action.scope,
    relatedFileInfo:
      action.relatedFile === null
        ? null
        : { fileIdentifier: action.relatedFile.identifier, fileIdentifierType: action.relatedFile.type },
    commands: (action.commands ?? []).map(commandShape),
  };
}

const commandShape = (command: WorldCommandState): Readonly<Record<string, unknown>> => ({
  index: command.index,
  startTime: command.startTime,
  endTime: command.endTime,
  commandStatus: command.status,
  errors: command.errors,
  command: { type: command.type, params: command.params },
});

/** A machine action as the single read and the answer to a submission print it (machineaction.md). */
export const actionShape = (action: WorldAction): Readonly<Record<string, unknown>> => ({
  ...common(action),
  lastUpdateDateTimeUtc: action.updatedAt,
});

/** A machine action in a list: there the page prints `lastUpdateTimeUtc` (get-machineactions-collection.md). */
export const listedActionShape = (action: WorldAction): Readonly<Record<string, unknown>> => ({
  ...common(action),
  lastUpdateTimeUtc: action.updatedAt,
});
