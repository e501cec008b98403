import type { ReadMany } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import { createKeyedLoader } from './keyed.ts';

/**
 * Reads by id of one request, unchecked: questions of one tick are asked together, and no id is asked twice, whether it is to
 * be shown or something else is judged by it.
 */
export const createMemo = <T>(tenantNamed: (name: string) => Tenant, read: ReadMany<T>): ReadMany<T> => {
  const loader = createKeyedLoader<T>((name, ids) => read(tenantNamed(name), ids));
  return async (tenant, ids) => {
    const answers = await loader.loadMany(ids.map((id) => ({ tenant: tenant.name, id })));
    const found = new Map<string, T | Error>();
    for (const [index, id] of ids.entries()) {
      const answer = answers[index];
      if (answer != null) found.set(id, answer);
    }
    return found;
  };
};
