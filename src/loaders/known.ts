import type { Access } from '../access/access.ts';
import { checkedId } from '../domain/id-forms.ts';
import { type EntityName, type EntityNamed, entities, wordOf } from '../entities/table.ts';
import { NotFoundError } from '../errors.ts';
import type { Loaders } from './loaders.ts';

/** Who looks one up. */
interface LookUp {
  readonly access: Pick<Access, 'tenant'>;
  readonly loaders: Pick<Loaders, 'load'>;
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
  const form = entities[name].id;
  const entity = await loaders.load(name, { tenant, id: checkedId(form, id) });
  if (entity !== null) return entity;
  throw new NotFoundError(`${tenant} has no ${wordOf(name)} "${id}"`, { tenant, field: form.field });
};
