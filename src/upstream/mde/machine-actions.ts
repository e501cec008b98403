import { machineActions } from '../../microsoft/mde/machine-actions.ts';
import { asked } from '../asked.ts';
import { call, change, type ListOptions, type OneKind, one, page } from '../call.ts';
import { readLink } from './link.ts';
import { isMdeMachineAction, type MdeMachineAction } from './wire.ts';

/** An action as every operation of MDE answers it. */
export const machineAction: OneKind<MdeMachineAction> = {
  one: 'a machine action',
  many: 'machine actions',
  is: isMdeMachineAction,
  isAsked: asked.byId(),
};

/** The action that a call on a machine began: of that machine, and of no other. */
export const actionOnMachine: OneKind<MdeMachineAction> = { ...machineAction, isAsked: asked.byMachine };

/** Which actions: an OData filter already escaped, a page by `$top` (10,000 at most) and `$skip`, and an order. */
export type MachineActionListOptions = Pick<ListOptions, 'filter' | 'top' | 'skip' | 'orderBy'>;

/** What was done to machines. Live response begun in the portal is not among it. */
export const listMachineActions = (options: MachineActionListOptions = {}) =>
  page(machineActions.listMachineActions, {}, machineAction, options);

/** One action; `null` when unknown. */
export const getMachineAction = (actionId: string) =>
  one(machineActions.getMachineAction, { id: actionId }, machineAction);

/** Cancels an action that has not ended; `null` when it is done but the answer is empty. */
export const cancelMachineAction = (actionId: string, comment: string) =>
  change(machineActions.cancelMachineAction, { id: actionId }, machineAction, { Comment: comment });

/**
 * Where the result of one command of a live response session lies: a link that lives 30 minutes and can be asked for
 * again; it is fetched without our token. Commands that copy a file to the machine have no result (404).
 */
export const getLiveResponseResultLink = (actionId: string, commandIndex: number) =>
  call(
    machineActions.getLiveResponseResultDownloadLink,
    { id: actionId, commandIndex: String(Math.trunc(commandIndex)) },
    { parse: readLink },
  );

/** Where a collected investigation package lies: a short-lived link, `null` until the collection has ended. */
export const getPackageUri = (actionId: string) =>
  call<string, string | null>(
    machineActions.getInvestigationPackageUri,
    { id: actionId },
    { parse: readLink, whenNotFound: () => null },
  );
