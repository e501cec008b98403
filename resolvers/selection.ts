import {
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

type Look = Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>;

const isIncluded = (node: SelectionNode, { variableValues }: Look): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;

const selects = (set: SelectionSetNode | undefined, path: readonly string[], look: Look): boolean => {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  return (
    set?.selections.some((node) => {
      if (!isIncluded(node, look)) return false;
      if (node.kind === 'Field') return node.name.value === name && selects(node.selectionSet, rest, look);
      const fragment: Pick<FragmentDefinitionNode, 'selectionSet'> | undefined =
        node.kind === 'InlineFragment' ? node : look.fragments[node.name.value];
      return selects(fragment?.selectionSet, path, look);
    }) ?? false
  );
};

/** Whether the query asks, below this field, for one of `paths`, e.g. `nodes.alerts`: what nobody asked for is not read. */
export const asksFor = (info: GraphQLResolveInfo, ...paths: readonly string[]): boolean =>
  paths.some((path) => info.fieldNodes.some(({ selectionSet }) => selects(selectionSet, path.split('.'), info)));
