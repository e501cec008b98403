import DataLoader from 'dataloader';
import type { ReadMany } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { EntityKey } from '../entities/entity.ts';
import { asError } from '../errors.ts';

/** Reads entities of one tenant; ids that do not exist are absent from the answer, failed ones hold their error. */
export type ReadByIds<T> = (tenant: string, ids: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>;

/** A key as text, for maps and caches. Tenant names have no line feed. */
export const entityKeyText = ({ tenant, id }: EntityKey): string => `${tenant}\n${id}`;

/**
 * A loader for one request: keys of one tick are read together, a tenant at a time, and matched by id, never by place.
 * A tenant that fails fails its own keys alone.
 */
export const createKeyedLoader = <T>(read: ReadByIds<T>): DataLoader<EntityKey, T | null, string> =>
  new DataLoader<EntityKey, T | null, string>(
    async (keys) => {
      const idsByTenant = Map.groupBy(keys, ({ tenant }) => tenant);
      const answers = new Map<string, T | Error>();
      await Promise.all(
        [...idsByTenant].map(async ([tenant, tenantKeys]) => {
          const ids = [...new Set(tenantKeys.map(({ id }) => id))];
          try {
            for (const [id, entity] of await read(tenant, ids)) answers.set(entityKeyText({ tenant, id }), entity);
          } catch (thrown) {
            const error = asError(thrown);
            for (const id of ids) answers.set(entityKeyText({ tenant, id }), error);
          }
        }),
      );
      return keys.map((key) => answers.get(entityKeyText(key)) ?? null);
    },
    { cacheKeyFn: entityKeyText },
  );

/**
 * Reads by id of one request, unchecked: questions of one tick are asked together, and no id is asked twice, whether it is to
 * be shown or something else is judged by it.
 */
export const createMemo = <T>(tenantNamed: (name: string) => Tenant, read: ReadMany<T>): ReadMany<T> => {
  let loader: DataLoader<EntityKey, T | null, string> | undefined;
  return async (tenant, ids) => {
    loader ??= createKeyedLoader<T>((name, asked) => read(tenantNamed(name), asked));
    const answers = await loader.loadMany(ids.map((id) => ({ tenant: tenant.name, id })));
    const found = new Map<string, T | Error>();
    for (const [index, id] of ids.entries()) {
      const answer = answers[index];
      if (answer != null) found.set(id, answer);
    }
    return found;
  };
};
