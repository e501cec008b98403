import { asGatewayError } from '../errors.ts';

const readOnly = async <T>(id: string, read: (id: string) => Promise<T | null>): Promise<Map<string, T | Error>> => {
  try {
    const entity = await read(id);
    return new Map(entity === null ? [] : [[id, entity]]);
  } catch (error) {
    throw asGatewayError(error);
  }
};

/**
 * Reads entities one by one where an API has no other way; `null` is one that does not exist, a failure stands for its id. One failure of
 * one id is that id's; of the only one it is the tenant's, and worth another source.
 */
export const readEach = <T>(
  ids: readonly string[],
  read: (id: string) => Promise<T | null>,
): Promise<Map<string, T | Error>> => {
  const [only, ...others] = ids;
  return only !== undefined && others.length === 0 ? readOnly(only, read) : readAll(ids, read);
};

/** The same where a failure stands for its id, however many there are. */
export const readAll = async <T>(
  ids: readonly string[],
  read: (id: string) => Promise<T | null>,
): Promise<Map<string, T | Error>> => {
  const found = new Map<string, T | Error>();
  await Promise.all(
    ids.map(async (id) => {
      try {
        const entity = await read(id);
        if (entity !== null) found.set(id, entity);
      } catch (error) {
        found.set(id, asGatewayError(error));
      }
    }),
  );
  return found;
};

/** All that was found, without ids. Throws the first failure: a part must not pass for all. */
export const allFound = <T>(found: ReadonlyMap<string, T | Error>): readonly T[] =>
  [...found.values()].map((entity) => {
    if (entity instanceof Error) throw entity;
    return entity;
  });

/** What was found, in the domain's form; failures pass. */
export const mapFound = <W, T>(
  found: ReadonlyMap<string, W | Error>,
  toDomain: (wire: W) => T,
): Map<string, T | Error> => {
  const mapped = new Map<string, T | Error>();
  for (const [id, wire] of found) mapped.set(id, wire instanceof Error ? wire : toDomain(wire));
  return mapped;
};
