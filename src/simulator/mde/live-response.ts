import { mde } from '../../microsoft/mde/index.ts';
import { type Body, objectBody, objectList, oneOf, optionalText, requiredText } from '../defender/body.ts';
import { DefenderFault, refusals } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';
import type { WorldCommandState } from '../world/types.ts';
import { type ActionTimes, isFinal } from './action-progress.ts';
import { actionShape } from './action-shape.ts';
import { settleAll, submitAction } from './action-submit.ts';
import { commandParam } from './live-response-run.ts';
import { machineNamed } from './machine-shape.ts';
import { entity, param } from './route.ts';

/** Command types in the order they must be given in (run-live-response.md), each with its required parameters. */
const commandTypes = ['PutFile', 'RunScript', 'GetFile'] as const satisfies readonly WorldCommandState['type'][];
const requiredParams = {
  PutFile: ['FileName'],
  RunScript: ['ScriptName'],
  GetFile: ['Path'],
} as const satisfies Record<WorldCommandState['type'], readonly string[]>;

/** Sessions of a tenant that may be open at once (newest page; older ones say 25). */
const maxSessions = 50;

/** `POST /api/machines/{id}/runliveresponse`: one session of commands on one machine. */
export function liveResponseRoutes({ times }: { readonly times: ActionTimes }): readonly Route[] {
  return [
    serve(mde.runLiveResponse, (request) => {
      const body = objectBody(request.body);
      if (body.Commands === undefined) throw refusals.missing('Commands');
      const commands = readCommands(objectList(body.Commands, 'Commands'));
      const machine = machineNamed(request, param(request, 'id'));
      settleAll(request.tenant, times, request.now);
      const open = request.tenant.actions.filter((action) => action.type === 'LiveResponse' && !isFinal(action));
      if (open.length >= maxSessions)
        throw new DefenderFault('TooManyRequests', `${maxSessions} sessions are open.`, 60);
      const comment = optionalText(body, 'Comment') ?? '';
      const externalId = optionalText(body, 'ExternalId');
      const order = { type: 'LiveResponse', machine, comment, commands, ...(externalId && { externalId }) } as const;
      return entity(request, 'MachineActions', actionShape(submitAction(request, order, times)), 201);
    }),
  ];
}

function readCommands(values: readonly Body[]): readonly WorldCommandState[] {
  if (values.length === 0) throw new DefenderFault('InvalidInput', 'There is no command to run.');
  const commands = values.map(readCommand);
  const outOfOrder = commands.some((command, index) => {
    const before = commands[index - 1];
    return before !== undefined && commandTypes.indexOf(before.type) > commandTypes.indexOf(command.type);
  });
  if (outOfOrder)
    throw new DefenderFault('InvalidInput', `Commands must come in the order ${commandTypes.join(', ')}.`);
  return commands;
}

/** Inside a command the keys are lower case, unlike `Commands` itself. */
function readCommand(value: Body, index: number): WorldCommandState {
  const type = oneOf(requiredText(value, 'type'), 'type', commandTypes);
  const params = objectList(value.params ?? [], 'params').map((pair) => ({
    key: requiredText(pair, 'key'),
    value: optionalText(pair, 'value') ?? '',
  }));
  const missing = requiredParams[type].find((key) => commandParam({ params }, key) === '');
  if (missing !== undefined)
    throw new DefenderFault('InvalidInput', `The command ${type} needs the parameter ${missing}.`);
  return { index, type, params, status: 'Created', startTime: null, endTime: null, errors: [], result: null };
}
