export type { CallRecord, CallScope, Explain } from '../../scope.ts';
export { createScope } from '../../scope.ts';
