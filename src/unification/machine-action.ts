import type { LiveResponseCommand, MachineAction } from '../domain/machine-action.ts';
import type { MdeCommandParam, MdeCommandState, MdeMachineAction } from '../upstream/mde/wire.ts';
import { integer, number, object, objects, text, texts, time } from './values.ts';
import { readCommandType, readMachineActionStatus, readMachineActionType } from './words/machine-actions.ts';

const param = (wire: MdeCommandParam) => ({ key: text(wire.key) ?? '', value: text(wire.value) ?? '' });

const commandsFrom = (tenant: string, actionId: string, list: MdeMachineAction['commands']): LiveResponseCommand[] =>
  objects<MdeCommandState>(list).map((wire, position) => {
    const command = object(wire.command);
    return {
      tenant,
      actionId,
      index: integer(wire.index) ?? position,
      type: readCommandType(command?.type),
      typeName: text(command?.type) ?? '',
      params: objects(command?.params).map(param),
      status: text(wire.commandStatus) ?? '',
      startedAt: time(wire.startTime),
      endedAt: time(wire.endTime),
      errors: texts(wire.errors),
    };
  });

/** An action of Defender for Endpoint, with the commands of a live response session. */
export const machineActionFromMde = (tenant: string, wire: MdeMachineAction): MachineAction => {
  const actionId = text(wire.id) ?? '';
  const file = object(wire.relatedFileInfo);
  return {
    tenant,
    actionId,
    type: readMachineActionType(wire.type),
    typeName: text(wire.type) ?? '',
    title: text(wire.title),
    scope: text(wire.scope),
    status: readMachineActionStatus(wire.status),
    requestor: text(wire.requestor),
    requestorComment: text(wire.requestorComment),
    requestSource: text(wire.requestSource),
    externalId: text(wire.externalID),
    machineId: text(wire.machineId) ?? '',
    computerDnsName: text(wire.computerDnsName),
    createdAt: time(wire.creationDateTimeUtc),
    updatedAt: time(wire.lastUpdateDateTimeUtc) ?? time(wire.lastUpdateTimeUtc),
    cancellationRequestor: text(wire.cancellationRequestor),
    cancellationComment: text(wire.cancellationComment),
    cancelledAt: time(wire.cancellationDateTimeUtc),
    errorHResult: number(wire.errorHResult),
    relatedFile:
      file === null
        ? null
        : { fileIdentifier: text(file.fileIdentifier), fileIdentifierType: text(file.fileIdentifierType) },
    commands: commandsFrom(tenant, actionId, wire.commands),
  };
};
