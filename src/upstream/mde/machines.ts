import { machines } from '../../microsoft/mde/machines.ts';
import { asked } from '../asked.ts';
import { type ListOptions, type OneKind, one, page } from '../call.ts';
import { alert } from './alerts.ts';
import { isMdeMachine, type MdeMachine } from './wire.ts';

/** A machine as every operation of MDE answers it. */
export const machine: OneKind<MdeMachine> = {
  one: 'a machine',
  many: 'machines',
  is: isMdeMachine,
  isAsked: asked.byIdOrName,
};

/** Which machines: an OData filter already escaped, and a page by `$top` (10,000 at most) and `$skip`. */
export type MachineListOptions = Pick<ListOptions, 'filter' | 'top' | 'skip'>;

/** Machines the service has seen. */
export const listMachines = (options: MachineListOptions = {}) => page(machines.listMachines, {}, machine, options);

/** Machines that carry a tag, whole or by its beginning. */
export const findMachinesByTag = (tag: string, { useStartsWithFilter = false } = {}) =>
  page(machines.findMachinesByTag, {}, machine, { query: { tag, useStartsWithFilter } });

/** Machines that reported an address within a quarter of an hour of a moment, which is in UTC and whole seconds. */
export const findMachinesByIp = ({ ip, at }: { readonly ip: string; readonly at: string }) =>
  page(machines.findMachinesByIp, { ip, timestamp: at }, machine);

/** The same by its older form, whose 404 is none (find-machine-info-by-ip.md). */
export const findMachineInfoByIp = ({ ip, at }: { readonly ip: string; readonly at: string }) =>
  page(machines.findMachineInfoByIp, { ip, timestamp: at }, machine);

/** One machine by its id or its full DNS name; `null` when unknown. */
export const getMachine = (idOrName: string) => one(machines.getMachine, { id: idOrName }, machine);

/** Alerts raised on a machine, without evidence; none when the machine is unknown. */
export const listMachineAlerts = (machineId: string) => page(machines.listMachineAlerts, { id: machineId }, alert);
