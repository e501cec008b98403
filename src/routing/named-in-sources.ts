import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Capability } from './capabilities.ts';
import { type Routing, type Sources, worthFallingBack } from './route.ts';

/** What one API tells of some ids: unknown ones are absent, a failure stands for its id. `failed`: as of `Sources`. */
type ReadNamed<T> = (ids: readonly string[], failed: GatewayError | null) => Promise<ReadonlyMap<string, T | Error>>;

/** Of whom what is asked. */
interface Asked {
  readonly tenant: Tenant;
  readonly capability: Capability;
  readonly ids: readonly string[];
  readonly scope: CallScope;
}

/**
 * Entities by their ids, of the first API that has them: those that it fails at alone, in a way that another need not share, are asked
 * of the next one, and no others. Where none does better, the failure of the first stands for its id. Throws as `Routing.run`.
 */
export const readFromSources = async <T>(
  routing: Pick<Routing, 'run'>,
  { tenant, capability, ids, scope }: Asked,
  sources: Readonly<Partial<Record<ApiName, ReadNamed<T>>>>,
): Promise<ReadonlyMap<string, T | Error>> => {
  const found = new Map<string, T | Error>();
  let left = ids;
  const partOf =
    (read: ReadNamed<T>) =>
    async (failed: GatewayError | null): Promise<ReadonlyMap<string, T | Error>> => {
      const told = await read(left, failed);
      for (const id of left) {
        const entity = told.get(id);
        // An API that failed at one alone may have it, whatever another one says of it.
        if (entity !== undefined && !(entity instanceof Error && found.has(id))) found.set(id, entity);
      }
      left = left.filter((id) => worthFallingBack(found.get(id)));
      const [first] = left;
      if (first !== undefined) throw found.get(first);
      return found;
    };
  const parts: Sources<ReadonlyMap<string, T | Error>> = Object.fromEntries(
    Object.entries(sources).map(([api, read]) => [api, partOf(read)]),
  );
  return routing.run(tenant, capability, scope, parts).catch((error: unknown) => {
    scope.signal.throwIfAborted();
    if (found.size === 0) throw error;
    return found;
  });
};
