/** What a machine is, as its table of fields reads it. */
export type { Machine, MachineIpAddress } from '../unification/machine.ts';
