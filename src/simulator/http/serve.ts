import type { Fact } from '../../microsoft/operation.ts';
import type { Route } from './types.ts';

/** A documented operation with what it answers here: all but the answer comes from its row. */
export const serve = (
  { api, id, method, path, permissions, delegated, quota, quotaClass, repeatable }: Fact,
  handle: Route['handle'],
): Route => ({
  // The reference names operations of Graph with the API, the others without.
  id: api === 'graph' ? id : id.slice(`${api}.`.length),
  method,
  path,
  anyOf: permissions,
  delegated,
  quota,
  quotaClass,
  changes: !repeatable,
  handle,
});
