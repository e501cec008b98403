import type { Context } from '../src/context.ts';
import { entities, entityNameOf, listedNames, markOf } from '../src/entities/table.ts';
import type { NodeResolvers, QueryResolvers, ResolversParentTypes } from '../src/generated/graphql.ts';
import { decodeGlobalId } from '../src/loaders/global-id.ts';

type AnyNode = ResolversParentTypes['Node'];

/** What the caller may not see is `null`, as if it did not exist. */
const find = async (context: Context, globalId: string): Promise<AnyNode | null> => {
  const { type, tenant, id } = decodeGlobalId(globalId);
  const found = context.access.findTenant(tenant);
  if (found === null || type === 'Tenant') return found;
  return context.loaders.load(entityNameOf(type), { tenant, id });
};

export const nodeQueries: Pick<QueryResolvers, 'node' | 'nodes'> = {
  node: (_, { id }, context) => find(context, id),
  // Not gathered into one promise: what fails is an error at its own place, and the others come.
  nodes: (_, { ids }, context) => ids.map((id) => find(context, id)),
};

export const Node: NodeResolvers = {
  // What no list has says its type. The table has any other before those whose ids it has in fields of its own.
  __resolveType: (node) => {
    if ('entityType' in node) return node.entityType;
    const name = listedNames.find((each) => markOf(each) in node);
    return name === undefined ? 'Tenant' : entities[name].type;
  },
};
