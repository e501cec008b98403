import { m365d } from '../../../src/microsoft/m365d/index.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import type { Fact } from '../../../src/microsoft/operation.ts';
import { actions } from './actions.ts';
import { assessments } from './assessments.ts';
import { notYet, type OperationName, type Row } from './reach.ts';
import { reads } from './reads.ts';

/** How callers reach each operation that Microsoft documents: the compiler asks for the row of a new one. */
export const table: Readonly<Record<OperationName, Row>> = { ...reads, ...actions, ...assessments };

const facts: Readonly<Record<OperationName, Fact>> = { ...mde, ...m365d };

/** Their names, in the order of `src/microsoft`. */
export const operationNames: readonly OperationName[] = Object.keys(facts).filter((name): name is OperationName =>
  Object.hasOwn(facts, name),
);

/** What Microsoft documents of one. */
export const factOf = (name: OperationName): Fact => facts[name];

/** Those that nothing asks for. */
export const unreached: readonly OperationName[] = operationNames.filter((name) => table[name] === notYet);
