import type { MdeMachineAction } from '../upstream/mde/wire.ts';
import {
  as,
  asId,
  asInteger,
  asMachineId,
  asNumber,
  asObject,
  asObjects,
  asSent,
  asText,
  asTexts,
  asTime,
  asWord,
  type EntityOf,
  or,
  readFields,
} from './fields.ts';
import { objects } from './values.ts';
import { readCommandType, readMachineActionStatus, readMachineActionType } from './words/machine-actions.ts';

/** run-live-response.md */
const paramFields = { key: asId('key'), value: or(asText('value'), '') } as const;

/** run-live-response.md: a command of a session as it stands, with the command as it was sent inside. */
const commandFields = {
  sentIndex: asInteger('index'),
  type: as(readCommandType, ['command', 'type']),
  typeName: or(asText(['command', 'type']), ''),
  params: asObjects(paramFields, ['command', 'params']),
  /** `Created`, `Completed`, `Failed`. */
  status: or(asText('commandStatus'), ''),
  startedAt: asTime('startTime'),
  endedAt: asTime('endTime'),
  errors: asTexts('errors'),
} as const;

/** machineaction.md */
const relatedFileFields = {
  fileIdentifier: asText('fileIdentifier'),
  fileIdentifierType: asText('fileIdentifierType'),
} as const;

/** machineaction.md */
const actionFields = {
  /** GUID. */
  actionId: asId('id'),
  type: as(readMachineActionType, 'type'),
  typeName: or(asText('type'), ''),
  title: asText('title'),
  scope: asText('scope'),
  status: asWord(readMachineActionStatus, 'status'),
  requestor: asText('requestor'),
  requestorComment: asText('requestorComment'),
  requestSource: asText('requestSource'),
  externalId: asText('externalID', 'externalId'),
  machineId: or(asMachineId('machineId'), ''),
  computerDnsName: asText('computerDnsName'),
  createdAt: asTime('creationDateTimeUtc'),
  /** The list samples spell it shorter than the table. */
  updatedAt: asTime('lastUpdateDateTimeUtc', 'lastUpdateTimeUtc'),
  cancellationRequestor: asText('cancellationRequestor'),
  cancellationComment: asText('cancellationComment'),
  cancelledAt: asTime('cancellationDateTimeUtc'),
  /** Only in the live response sample. */
  errorHResult: asNumber('errorHResult'),
  /** Seen in answers, on no page. */
  troubleshootInfo: asText('troubleshootInfo'),
  relatedFile: asObject(relatedFileFields, 'relatedFileInfo'),
  raw: asSent(),
} as const;

/** One command of a live response session. */
export interface LiveResponseCommand extends Omit<EntityOf<typeof commandFields>, 'sentIndex'> {
  /** The tenant's configured name and the action: a command's result is fetched by both. */
  readonly tenant: string;
  readonly actionId: string;
  /** The machine it ran on: who may act there may have its result. */
  readonly machineId: string;
  readonly index: number;
}

/** Something done to a machine, from submission to its end. */
export interface MachineAction extends EntityOf<typeof actionFields> {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly commands: readonly LiveResponseCommand[];
}

const readAction = readFields(actionFields);
const readCommand = readFields(commandFields);

/** An action of Defender for Endpoint, with the commands of a live response session. */
export const machineActionFromMde = (tenant: string, wire: MdeMachineAction): MachineAction => {
  const action = readAction(wire);
  const commands = objects(wire.commands).map((sent, position) => {
    const { sentIndex, ...command } = readCommand(sent);
    return { ...command, tenant, actionId: action.actionId, machineId: action.machineId, index: sentIndex ?? position };
  });
  return { ...action, tenant, commands };
};
