import {
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Expansion } from '../src/context.ts';
import { needsOf } from '../src/entities/edge-names.ts';
import type { EntityType } from '../src/entities/table.ts';

type Look = Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>;

const isIncluded = (node: SelectionNode, { variableValues }: Look): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;

/** Whether a selection asks for the path from its `place`-th name on; each is looked into once, however often it is spread. */
const createSelects = (path: readonly string[], look: Look) => {
  const known = new Map<SelectionSetNode, Map<number, boolean>>();

  const selectsNode = (node: SelectionNode, place: number): boolean => {
    if (!isIncluded(node, look)) return false;
    if (node.kind === 'Field') return node.name.value === path[place] && selects(node.selectionSet, place + 1);
    const fragment: Pick<FragmentDefinitionNode, 'selectionSet'> | undefined =
      node.kind === 'InlineFragment' ? node : look.fragments[node.name.value];
    return selects(fragment?.selectionSet, place);
  };

  const selects = (set: SelectionSetNode | undefined, place: number): boolean => {
    if (place === path.length) return true;
    if (set === undefined) return false;
    const places = known.get(set) ?? new Map<number, boolean>();
    known.set(set, places);
    const before = places.get(place);
    if (before !== undefined) return before;
    const found = set.selections.some((node) => selectsNode(node, place));
    places.set(place, found);
    return found;
  };
  return (set: SelectionSetNode | undefined): boolean => selects(set, 0);
};

/** What is to come with the rows of a type's list, for those of their edges that the query asks for. */
export const expansionsAsked = (info: GraphQLResolveInfo, type: EntityType): readonly Expansion[] =>
  [...Map.groupBy(needsOf(type), ({ needs }) => needs)].flatMap(([needs, edges]) =>
    asksFor(info, ...edges.flatMap(({ field }) => [`nodes.${field}`, `edges.node.${field}`])) ? [needs] : [],
  );

/** Whether the query asks, below this field, for one of `paths`, e.g. `nodes.alerts`: what nobody asked for is not read. */
export const asksFor = (info: GraphQLResolveInfo, ...paths: readonly string[]): boolean =>
  paths.some((path) => {
    const selects = createSelects(path.split('.'), info);
    return info.fieldNodes.some(({ selectionSet }) => selects(selectionSet));
  });
