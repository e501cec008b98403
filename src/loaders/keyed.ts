import DataLoader from 'dataloader';
import type { EntityKey } from '../entities/entity.ts';
import { asError } from '../errors.ts';

/** Reads entities of one tenant; ids that do not exist are absent from the answer, failed ones hold their error. */
export type ReadByIds<T> = (tenant: string, ids: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>;

/** Loads by ids of one tenant: those of one tick are read together, and none is read twice. */
export type IdLoader<T> = DataLoader<string, T | null>;

/** Matches by id, never by place; a read that fails fails the ids that it was asked for. */
export const createIdLoader = <T>(
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>,
): IdLoader<T> =>
  new DataLoader<string, T | null>(async (ids) => {
    try {
      const found = await read(ids);
      return ids.map((id) => found.get(id) ?? null);
    } catch (thrown) {
      const error = asError(thrown);
      return ids.map(() => error);
    }
  });

/** What there is once for each tenant of a request, made when it is first needed. */
export const createPerTenant = <T>(make: (tenant: string) => T): ((tenant: string) => T) => {
  const made = new Map<string, T>();
  return (tenant) => {
    const there = made.get(tenant);
    if (there !== undefined) return there;
    const one = make(tenant);
    made.set(tenant, one);
    return one;
  };
};

/** A loader for one request: keys of one tick are read together, a tenant at a time. No tenant waits for another, or fails with it. */
export const createKeyedLoader = <T>(read: ReadByIds<T>): ((key: EntityKey) => Promise<T | null>) => {
  const ofTenant = createPerTenant((tenant) => createIdLoader<T>((ids) => read(tenant, ids)));
  return ({ tenant, id }) => ofTenant(tenant).load(id);
};

/** Of many ids, what was found, as functions that judge ask for it. */
export const loadMany = async <T>(
  loader: IdLoader<T>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, T | Error>> => {
  const answers = await loader.loadMany(ids);
  const found = new Map<string, T | Error>();
  for (const [index, id] of ids.entries()) {
    const answer = answers[index];
    if (answer != null) found.set(id, answer);
  }
  return found;
};
