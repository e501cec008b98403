import type { Access } from '../access/access.ts';
import { checkedId, idFieldOf } from '../domain/id-forms.ts';
import { type EntityName, type EntityNamed, entities } from '../entities/table.ts';
import { NotFoundError } from '../errors.ts';
import type { EntityLoaders } from './loaders.ts';

/** Who looks one up. */
interface LookUp {
  readonly access: Pick<Access, 'tenant'>;
  readonly loaders: EntityLoaders;
}

/**
 * The entity that a caller named, of a type by the name of its list; `NOT_FOUND` when there is none or no such tenant,
 * `BAD_USER_INPUT` when its id has another form.
 */
export const known = async <Name extends EntityName>(
  name: Name,
  { access, loaders }: LookUp,
  tenantName: string,
  id: string,
): Promise<EntityNamed<Name>> => {
  const tenant = access.tenant(tenantName).name;
  const { kind } = entities[name];
  const entity = await loaders[name].load({ tenant, id: checkedId(kind, id) });
  if (entity !== null) return entity;
  throw new NotFoundError(`${tenant} has no ${kind} "${id}"`, { tenant, field: idFieldOf[kind] });
};
