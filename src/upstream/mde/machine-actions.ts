import { acknowledged } from '../acknowledged.ts';
import type { Operation, Page } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity, readPage } from '../http/shape.ts';
import { readLink } from './link.ts';
import type { MdeMachineAction } from './wire.ts';
import { isMdeMachineAction } from './wire.ts';

const readPermissions = ['Machine.Read.All', 'Machine.ReadWrite.All'] as const;

/** Which actions: an OData filter already escaped, and a page by `$top` (10,000 at most) and `$skip`. */
export interface MachineActionListOptions {
  readonly filter?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
  /** On no page, but used by Microsoft's own clients, e.g. `creationDateTimeUtc desc`. */
  readonly orderBy?: string | undefined;
}

/**
 * What was done to machines. Live response begun in the portal is not among it. get-machineactions-collection.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const listMachineActions = (options: MachineActionListOptions = {}): Operation<Page<MdeMachineAction>> => ({
  id: 'mde.listMachineActions',
  api: 'mde',
  method: 'GET',
  path: '/api/machineactions',
  query: { $filter: options.filter, $top: options.top, $skip: options.skip, $orderby: options.orderBy },
  repeatable: true,
  permissions: readPermissions,
  parse: readPage('machine actions', isMdeMachineAction),
});

/**
 * One action; `null` when unknown. get-machineaction-object.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const getMachineAction = (actionId: string): Operation<MdeMachineAction | null> => ({
  id: 'mde.getMachineAction',
  api: 'mde',
  method: 'GET',
  path: `/api/machineactions/${segment(actionId)}`,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readEntity('a machine action', isMdeMachineAction),
});

/**
 * Cancels an action that has not ended; `null` when it is done but the answer is empty. cancel-machine-action.md
 * Permission: the one that the cancelled action needs; any of the list may be it.
 */
export const cancelMachineAction = (actionId: string, comment: string): Operation<MdeMachineAction | null> => ({
  id: 'mde.cancelMachineAction',
  api: 'mde',
  method: 'POST',
  path: `/api/machineactions/${segment(actionId)}/cancel`,
  body: { Comment: comment },
  repeatable: false,
  permissions: [
    'Machine.CollectForensics',
    'Machine.Isolate',
    'Machine.RestrictExecution',
    'Machine.Scan',
    'Machine.Offboard',
    'Machine.StopAndQuarantine',
    'Machine.LiveResponse',
  ],
  parse: acknowledged(readEntity('a machine action', isMdeMachineAction)),
});

/**
 * Where the result of one command of a live response session lies: a link that lives 30 minutes and can be asked for
 * again; it is fetched without our token. Commands that copy a file to the machine have no result (404). get-live-response-result.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const getLiveResponseResultLink = (actionId: string, commandIndex: number): Operation<string> => ({
  id: 'mde.getLiveResponseResultDownloadLink',
  api: 'mde',
  method: 'GET',
  path: `/api/machineactions/${segment(actionId)}/GetLiveResponseResultDownloadLink(index=${Math.trunc(commandIndex)})`,
  repeatable: true,
  permissions: readPermissions,
  parse: readLink,
});

/**
 * Where a collected investigation package lies: a short-lived link, `null` until the collection has ended (404). Two calls a
 * minute. get-package-sas-uri.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const getPackageUri = (actionId: string): Operation<string | null> => ({
  id: 'mde.getInvestigationPackageUri',
  api: 'mde',
  method: 'GET',
  path: `/api/machineactions/${segment(actionId)}/getPackageUri`,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readLink,
});
