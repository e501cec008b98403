import type { CallScope } from '../scope.ts';
import type { Act, ActParts } from './act.ts';
import type { Acting } from './acting.ts';
import type { Payload } from './payloads.ts';
import { type ActInputs, type ActName, type ActResults, acts } from './table.ts';

/** Performs any act of the table, by whoever acts, with a second person's approval or without. */
export type PerformAct = <Name extends ActName>(
  name: Name,
  acting: Acting,
  input: ActInputs[Name],
  scope: CallScope,
) => Promise<Payload<ActResults[Name]>>;

const table: { readonly [Name in ActName]: Act<ActInputs[Name], ActResults[Name]> } = acts;

/** Performs each act as its row says. */
export const createPerformAct =
  (parts: ActParts): PerformAct =>
  (name, acting, input, scope) =>
    table[name].perform(parts, name, acting, input, scope);
