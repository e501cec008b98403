import DataLoader from 'dataloader';
import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';

/** Reads rows for several keys of one tenant; each key has its rows or its error. */
export type ReadRows<Row> = (
  tenant: Tenant,
  keys: readonly string[],
  scope: CallScope,
) => Promise<ReadonlyMap<string, EveryRow<Row> | Error>>;

type Loader<Row> = DataLoader<string, EveryRow<Row> | null>;

/**
 * A read whose rows answer several fields of one request: keys that are asked for in one tick are read together, and no key is
 * read twice in a request.
 */
export const sharedInRequest = <Row>(read: ReadRows<Row>): ReadRows<Row> => {
  const requests = new WeakMap<CallScope, Map<string, Loader<Row>>>();
  const loaderOf = (tenant: Tenant, scope: CallScope): Loader<Row> => {
    const loaders = requests.get(scope) ?? new Map<string, Loader<Row>>();
    requests.set(scope, loaders);
    const known = loaders.get(tenant.name);
    if (known !== undefined) return known;
    const made: Loader<Row> = new DataLoader(async (keys) => {
      const found = await read(tenant, keys, scope);
      return keys.map((key) => found.get(key) ?? null);
    });
    loaders.set(tenant.name, made);
    return made;
  };
  return async (tenant, keys, scope) => {
    const answers = await loaderOf(tenant, scope).loadMany(keys);
    return new Map(
      keys.flatMap((key, index) => {
        const answer = answers[index];
        return answer == null ? [] : [[key, answer] as const];
      }),
    );
  };
};
