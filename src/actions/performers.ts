import type { CallScope } from '../scope.ts';
import type { Act, ActParts } from './act.ts';
import type { Acting } from './acting.ts';
import type { Payload } from './payloads.ts';
import { type ActInputs, type ActName, type ActResults, acts } from './table.ts';

/** The mutations by whoever acts, with a second person's approval or without. */
export type Performers = {
  readonly [Name in ActName]: (
    acting: Acting,
    input: ActInputs[Name],
    scope: CallScope,
  ) => Promise<Payload<ActResults[Name]>>;
};

const table: { readonly [Name in ActName]: Act<ActInputs[Name], ActResults[Name]> } = acts;

/** Performs each act of the table. */
export const createPerformers = (parts: ActParts): Performers => {
  const performer =
    <Name extends ActName>(name: Name) =>
    (acting: Acting, input: ActInputs[Name], scope: CallScope): Promise<Payload<ActResults[Name]>> =>
      table[name].perform(parts, name, acting, input, scope);
  return {
    isolateMachines: performer('isolateMachines'),
    releaseMachines: performer('releaseMachines'),
    scanMachines: performer('scanMachines'),
    runLiveResponse: performer('runLiveResponse'),
    cancelMachineActions: performer('cancelMachineActions'),
    updateIncidents: performer('updateIncidents'),
    updateAlerts: performer('updateAlerts'),
  };
};
