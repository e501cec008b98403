import type { Context } from '../src/context.ts';
import type { NodeResolvers, QueryResolvers, ResolversParentTypes } from '../src/generated/graphql.ts';
import {
  decodeGlobalId,
  type EntityType,
  encodeGlobalId,
  entityNameOf,
  type NodeType,
} from '../src/loaders/global-id.ts';

type AnyNode = ResolversParentTypes['Node'];

const isEntity = (type: NodeType): type is EntityType => type !== 'Tenant';

/** What the caller may not see is `null`, as if it did not exist. */
const find = async (context: Context, globalId: string): Promise<AnyNode | null> => {
  const { type, tenant, id } = decodeGlobalId(globalId);
  const found = context.access.findTenant(tenant);
  if (found === null || !isEntity(type)) return found;
  return context.loaders[entityNameOf(type)].load({ tenant, id });
};

export const nodeQueries: Pick<QueryResolvers, 'node' | 'nodes'> = {
  node: (_, { id }, context) => find(context, id),
  // Not gathered into one promise: what fails is an error at its own place, and the others come.
  nodes: (_, { ids }, context) => ids.map((id) => find(context, id)),
};

/** The field that tells a type, the most particular first: alerts name a machine and an incident, actions a machine. */
const toldBy = [
  ['alertId', 'Alert'],
  ['actionId', 'MachineAction'],
  ['investigationId', 'Investigation'],
  ['fileName', 'LibraryFile'],
  ['incidentId', 'Incident'],
  ['machineId', 'Machine'],
  ['cveId', 'Vulnerability'],
  ['softwareId', 'Software'],
  ['recommendationId', 'Recommendation'],
  ['taskId', 'RemediationTask'],
] as const satisfies readonly (readonly [string, EntityType])[];

export const Node: NodeResolvers = {
  __resolveType: (node) => toldBy.find(([field]) => field in node)?.[1] ?? 'Tenant',
};

/** The `id` field of a type. */
export const idOf =
  <T extends { readonly tenant: string }>(type: NodeType, upstreamId: (node: T) => string) =>
  (node: T): string =>
    encodeGlobalId({ type, tenant: node.tenant, id: upstreamId(node) });

/** The fields that every entity has: its global id and its tenant. */
export const entityFields = <T extends { readonly tenant: string }>(
  type: EntityType,
  upstreamId: (node: T) => string,
) => ({
  id: idOf(type, upstreamId),
  tenant: ({ tenant }: T, _: unknown, { access }: Context) => access.tenant(tenant),
});
