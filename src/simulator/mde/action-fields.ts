import type { ODataField } from '../odata/rules.ts';
import type { WorldAction } from '../world/types.ts';

/** The properties that get-machineactions-collection.md lets a filter name. */
export const actionFields: readonly ODataField<WorldAction>[] = [
  { name: 'id', type: 'guid', of: (action) => action.id },
  {
    name: 'status',
    type: 'enum',
    members: ['Pending', 'InProgress', 'Succeeded', 'Failed', 'TimeOut', 'Cancelled'],
    of: (action) => action.status,
  },
  { name: 'machineId', type: 'id', of: (action) => action.machine.id },
  { name: 'type', type: 'string', of: (action) => action.type },
  { name: 'requestor', type: 'string', of: (action) => action.requestor },
  { name: 'creationDateTimeUtc', type: 'time', of: (action) => action.createdAt },
];
