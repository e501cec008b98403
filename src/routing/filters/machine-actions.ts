import type { MachineActionFilter } from '../../domain/filters.ts';
import { checkedId } from '../../domain/id-forms.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { machineActionStatusWords, machineActionTypeWords } from '../../unification/words/machine-actions.ts';
import { amongIds, amongWords, checkFilter, type FilterRows, sameText, since, until } from './rows.ts';

const created = ({ createdAt }: MachineAction) => createdAt;
const createdIn = { mde: 'creationDateTimeUtc' } as const;

/**
 * get-machineactions-collection.md: id, status, machineId, type, requestor, creationDateTimeUtc. Ids of actions are read by id
 * instead; a requestor is text that may be in any case.
 */
export const machineActionRows = {
  actionId: amongIds(
    ({ actionId }: MachineAction) => actionId,
    {},
    (id, field) => checkedId('machineAction', id, field),
  ),
  machineId: amongIds(
    ({ machineId }: MachineAction) => machineId,
    { mde: 'machineId' },
    (id, field) => checkedId('machine', id, field),
  ),
  type: amongWords(({ type }: MachineAction) => type, { mde: ['type', machineActionTypeWords] }, 'OTHER'),
  status: amongWords(({ status }: MachineAction) => status, {
    mde: ['status', machineActionStatusWords],
  }),
  requestor: sameText(({ requestor }: MachineAction) => requestor),
  createdAfter: since(created, createdIn),
  createdBefore: until(created, createdIn),
} satisfies FilterRows<MachineActionFilter, MachineAction>;

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet, or with a malformed id. */
export const checkMachineActionFilter = (filter: MachineActionFilter): void =>
  checkFilter<MachineActionFilter, MachineAction>(filter, machineActionRows);
