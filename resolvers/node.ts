import type { Context } from '../src/context.ts';
import type { NodeResolvers, QueryResolvers, ResolversParentTypes } from '../src/generated/graphql.ts';
import { decodeGlobalId, encodeGlobalId, type NodeType } from '../src/loaders/global-id.ts';

type AnyNode = ResolversParentTypes['Node'];

/** How each type is found again. What the caller may not see is `null`, as if it did not exist. */
const loadNode: Readonly<Record<NodeType, (context: Context, tenant: string, id: string) => Promise<AnyNode | null>>> =
  {
    Tenant: async ({ access }, tenant) => access.findTenant(tenant),
    Incident: ({ loaders }, tenant, id) => loaders.incidents.load({ tenant, id }),
    Alert: ({ loaders }, tenant, id) => loaders.alerts.load({ tenant, id }),
    Machine: ({ loaders }, tenant, id) => loaders.machines.load({ tenant, id }),
    MachineAction: ({ loaders }, tenant, id) => loaders.machineActions.load({ tenant, id }),
  };

const find = async (context: Context, globalId: string): Promise<AnyNode | null> => {
  const { type, tenant, id } = decodeGlobalId(globalId);
  return context.access.findTenant(tenant) === null ? null : loadNode[type](context, tenant, id);
};

export const nodeQueries: Pick<QueryResolvers, 'node' | 'nodes'> = {
  node: (_, { id }, context) => find(context, id),
  // Not gathered into one promise: what fails is an error at its own place, and the others come.
  nodes: (_, { ids }, context) => ids.map((id) => find(context, id)),
};

/** Alerts name a machine and an incident, actions a machine: the most particular id tells. */
export const Node: NodeResolvers = {
  __resolveType: (node) => {
    if ('alertId' in node) return 'Alert';
    if ('actionId' in node) return 'MachineAction';
    if ('incidentId' in node) return 'Incident';
    return 'machineId' in node ? 'Machine' : 'Tenant';
  },
};

/** The `id` field of a type. */
export const idOf =
  <T extends { readonly tenant: string }>(type: NodeType, upstreamId: (node: T) => string) =>
  (node: T): string =>
    encodeGlobalId({ type, tenant: node.tenant, id: upstreamId(node) });
