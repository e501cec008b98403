import type { Operation, Page } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity, readPage } from '../http/shape.ts';
import type { MdeAlert, MdeMachine } from './wire.ts';
import { isMdeAlert, isMdeMachine } from './wire.ts';

const readPermissions = ['Machine.Read.All', 'Machine.ReadWrite.All'] as const;

/** Which machines: an OData filter already escaped, and a page by `$top` (10,000 at most) and `$skip`. */
export interface MachineListOptions {
  readonly filter?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
}

/**
 * Machines the service has seen. The API answers 404, not an empty list, when there is none. get-machines.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const listMachines = (options: MachineListOptions = {}): Operation<Page<MdeMachine>> => ({
  id: 'mde.listMachines',
  api: 'mde',
  method: 'GET',
  path: '/api/machines',
  query: { $filter: options.filter, $top: options.top, $skip: options.skip },
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => ({ items: [], nextLink: null }),
  parse: readPage('machines', isMdeMachine),
});

/**
 * One machine by its id or its full DNS name; `null` when unknown. get-machine-by-id.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const getMachine = (idOrName: string): Operation<MdeMachine | null> => ({
  id: 'mde.getMachine',
  api: 'mde',
  method: 'GET',
  path: `/api/machines/${segment(idOrName)}`,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readEntity('a machine', isMdeMachine),
});

/**
 * Machines with this very tag. find-machines-by-tag.md
 * Permissions, any of: `Machine.Read.All`, `Machine.ReadWrite.All`.
 */
export const findMachinesByTag = (tag: string): Operation<Page<MdeMachine>> => ({
  id: 'mde.findMachinesByTag',
  api: 'mde',
  method: 'GET',
  path: '/api/machines/findbytag',
  query: { tag, useStartsWithFilter: false },
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => ({ items: [], nextLink: null }),
  parse: readPage('machines', isMdeMachine),
});

/**
 * Alerts raised on a machine, without evidence; none when the machine is unknown. get-machine-related-alerts.md
 * Permissions, any of: `Alert.Read.All`, `Alert.ReadWrite.All`.
 */
export const listMachineAlerts = (machineId: string): Operation<Page<MdeAlert>> => ({
  id: 'mde.listMachineAlerts',
  api: 'mde',
  method: 'GET',
  path: `/api/machines/${segment(machineId)}/alerts`,
  repeatable: true,
  permissions: ['Alert.Read.All', 'Alert.ReadWrite.All'],
  whenNotFound: () => ({ items: [], nextLink: null }),
  parse: readPage('alerts', isMdeAlert),
});
