import { checkedId } from '../domain/id-forms.ts';
import { type EntityType, entities, entityNameOf } from '../entities/table.ts';
import { InputError } from '../errors.ts';

/** A type that has a global id. */
export type NodeType = EntityType | 'Tenant';

/** The types that have a global id. */
export const nodeTypes: readonly NodeType[] = ['Tenant', ...Object.values(entities).map(({ type }) => type)];

/** What a global id says. */
export interface GlobalId {
  readonly type: NodeType;
  /** The tenant's configured name. */
  readonly tenant: string;
  /** The upstream's id; the name again for a tenant. */
  readonly id: string;
}

/** Type, tenant and upstream id as one opaque text. It grants nothing: whoever gives it is checked as for any look-up. */
export const encodeGlobalId = ({ type, tenant, id }: GlobalId): string =>
  Buffer.from(`${type}\n${tenant}\n${id}`).toString('base64url');

/** Throws `BAD_USER_INPUT` for anything that `encodeGlobalId` did not make, and for what is no id of the type. */
export const decodeGlobalId = (text: string): GlobalId => {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const [typeName, tenant, ...rest] = decoded.split('\n');
  const type = nodeTypes.find((name) => name === typeName);
  const id = rest.join('\n');
  if (type === undefined || tenant === undefined || tenant === '' || id === '') {
    throw new InputError(`id: "${text.slice(0, 80)}" is not an id of this gateway`, { field: 'id' });
  }
  return { type, tenant, id: type === 'Tenant' ? id : checkedId(entities[entityNameOf(type)].id, id, 'id') };
};
