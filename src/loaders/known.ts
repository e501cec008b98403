import { checkedId, type EntityKind, idFieldOf } from '../domain/id-forms.ts';
import { NotFoundError } from '../errors.ts';
import type { EntityKey } from './keyed.ts';

/** The entity that a caller named; `NOT_FOUND` when there is none, `BAD_USER_INPUT` when its id has another form. */
export const known = async <T>(
  kind: EntityKind,
  loader: { load(key: EntityKey): Promise<T | null> },
  key: EntityKey,
): Promise<T> => {
  const entity = await loader.load({ ...key, id: checkedId(kind, key.id) });
  if (entity !== null) return entity;
  throw new NotFoundError(`${key.tenant} has no ${kind} "${key.id}"`, { tenant: key.tenant, field: idFieldOf[kind] });
};
