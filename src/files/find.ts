import type { Asking } from '../access/access.ts';
import type { MachinePermission } from '../access/roles.ts';
import { coversMachine } from '../actions/kinds/machine/targets.ts';
import type { Tenant } from '../config/tenants.ts';
import { checkedId } from '../domain/id-forms.ts';
import { isCompleted, isFinal, type LiveResponseCommand, type MachineAction } from '../domain/machine-action.ts';
import { GatewayError, NotFoundError } from '../errors.ts';
import { readOne } from '../routing/reads-by-id.ts';
import type { CallScope } from '../scope.ts';
import { fileNameOf, packageNameOf, pathOf, reportNameOf } from './file-name.ts';
import type { FilesParts } from './parts.ts';

/** Which file a caller wants: what a command of a session brought, by its index, or the package that an action collected. */
export interface FileAsked {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly actionId: string;
  /** A whole number, or `package`. */
  readonly part: string;
}

/** A file that is there, of a machine that the caller may take files from. */
export interface FoundFile {
  readonly tenant: Tenant;
  readonly action: MachineAction;
  /** As it is named when it is unpacked. */
  readonly name: string;
  /** What it is, for the audit. */
  readonly what: Readonly<Record<string, unknown>>;
  /** Where it lies now, made anew each time; null: it is gone, or not there yet. */
  link(scope: CallScope): Promise<string | null>;
}

const partPattern = /^(?:0|[1-9]\d{0,3})$/;

/**
 * Finds files of actions. Throws `FORBIDDEN` without the permission in the tenant, `NOT_FOUND` for an action that there is not,
 * or on a machine that the permission does not reach, `CONFLICT` for what is not there yet. Calls: 1 for the action, 1 for its
 * machine when the caller's roles are limited to some.
 */
export const createFindFile = ({ machineActions, machines }: FilesParts['reads']) => {
  /** The action that a file is of, and its tenant. */
  const actionOf = async (
    { access, scope }: Asking,
    permission: MachinePermission,
    { tenant: name, actionId }: FileAsked,
  ): Promise<{ readonly tenant: Tenant; readonly action: MachineAction }> => {
    const tenant = access.tenantFor(name, permission);
    const id = checkedId('machineAction', actionId).toLowerCase();
    const action = await readOne(machineActions, tenant, id, scope);
    const place = { tenant, machineId: action?.machineId ?? '' };
    if (action !== null && (await coversMachine(access, permission, place, machines, scope))) return { tenant, action };
    throw missing(tenant.name, `There is no action ${id} in ${tenant.name}`);
  };

  const ofCommand = async (asking: Asking, asked: FileAsked) => {
    const { tenant, action } = await actionOf(asking, 'liveresponse:run', asked);
    const index = Number(asked.part);
    const command = action.commands.find((each) => each.index === index);
    if (command === undefined) {
      throw missing(tenant.name, `The action ${action.actionId} has no command ${asked.part}`);
    }
    checkCompleted(action, command);
    const isFile = command.type === 'GET_FILE';
    const fileName = isFile ? (fileNameOf(command) ?? 'file') : reportNameOf(command);
    return {
      tenant,
      action,
      name: fileName,
      what: { command: index, ...(isFile ? { path: pathOf(command) } : { fileName }) },
      link: (within: CallScope) => machineActions.resultLink(tenant, action.actionId, index, within),
    };
  };

  const ofPackage = async (asking: Asking, asked: FileAsked) => {
    const { tenant, action } = await actionOf(asking, 'machine:collect', asked);
    const { actionId, type, typeName, status } = action;
    if (type !== 'COLLECT_INVESTIGATION_PACKAGE') {
      throw missing(tenant.name, `The action ${actionId} (${typeName}) collected no package`);
    }
    if (!isFinal(action)) throw notYet(action);
    if (status !== 'SUCCEEDED') {
      throw missing(tenant.name, `The action ${actionId} ended ${status}: there is no package`);
    }
    return {
      tenant,
      action,
      name: packageNameOf(action),
      what: { package: true },
      link: (within: CallScope) => machineActions.packageLink(tenant, action.actionId, within),
    };
  };

  return async (asking: Asking, asked: FileAsked): Promise<FoundFile> => {
    if (asked.part === 'package') return ofPackage(asking, asked);
    if (partPattern.test(asked.part)) return ofCommand(asking, asked);
    throw new NotFoundError('Files are at /files/{tenant}/{actionId}/{index of the command}, packages at .../package');
  };
};

const missing = (tenant: string, message: string): NotFoundError => new NotFoundError(message, { tenant });

const notYet = ({ actionId, status, tenant }: MachineAction): GatewayError =>
  new GatewayError('CONFLICT', `The action ${actionId} is ${status}: its file is not there yet`, { tenant });

const checkCompleted = (action: MachineAction, command: LiveResponseCommand): void => {
  const { index, type, typeName, status } = command;
  const { actionId, tenant } = action;
  if (type !== 'GET_FILE' && type !== 'RUN_SCRIPT') {
    throw missing(tenant, `The command ${index} of ${actionId} is ${typeName}, which brings no file`);
  }
  if (isCompleted(command)) return;
  if (!isFinal(action)) throw notYet(action);
  throw missing(tenant, `The command ${index} of ${actionId} ended ${status}: there is no file`);
};
