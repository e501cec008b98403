import type { MachineActionFilter, Matchers } from '../../domain/filters.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { compareTimes } from '../../domain/time.ts';
import { toMde } from '../../unification/words/mde.ts';
import { compareText } from '../../upstream/http/odata.ts';
import type { Push } from '../list.ts';
import { timesOf } from './times.ts';
import { asIs, oneOf } from './words.ts';

/** What decides: the pushed conditions only narrow what Microsoft sends. */
export const machineActionMatchers: Matchers<MachineActionFilter, MachineAction> = {
  actionId: (action, ids) => ids.includes(action.actionId),
  machineId: (action, ids) => ids.includes(action.machineId),
  type: (action, values) => values.includes(action.type),
  status: (action, values) => values.includes(action.status),
  requestor: (action, value) => action.requestor?.toLowerCase() === value.toLowerCase(),
  createdAfter: (action, time) => compareTimes(action.createdAt, time) >= 0,
  createdBefore: (action, time) => compareTimes(action.createdAt, time) < 0,
};

const created = timesOf('creationDateTimeUtc');

/** get-machineactions-collection.md: id, status, machineId, type, requestor, creationDateTimeUtc. */
export const mdeMachineActionPush: Push<MachineActionFilter> = {
  actionId: oneOf('id', asIs),
  machineId: oneOf('machineId', asIs),
  type: oneOf('type', toMde.machineActionType),
  status: oneOf('status', toMde.machineActionStatus),
  requestor: (value) => compareText('requestor', 'eq', value),
  createdAfter: created.after,
  createdBefore: created.before,
};
