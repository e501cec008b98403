import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLBoolean,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromAST,
} from 'graphql';
import { type FieldCosts, fieldWeight } from './field-costs.ts';
import { tooExpensive } from './too-expensive.ts';

/** An operation as it is about to run; `variables` as the caller sent them. */
export interface OperationToCheck {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** Tenants that the caller sees: so many are asked by a question that names none. 1 when not said. */
  readonly tenants?: number;
}

export interface CostQuestion extends OperationToCheck {
  readonly schema: GraphQLSchema;
  readonly costs: FieldCosts;
}

/** How much an operation may cost. */
export interface CostLimit {
  readonly limit: number;
  /** What other operations of the same request cost. */
  readonly besides: number;
}

/**
 * The operation's cost. Throws `QUERY_TOO_EXPENSIVE` when it and what stands besides are more than `limit`. Variables that do
 * not fit their types are left to graphql-js, which refuses them in its own words right after: they cost nothing.
 */
export const checkCost = ({ limit, besides, ...question }: CostQuestion & CostLimit): number => {
  const cost = operationCost(question) ?? 0;
  if (cost + besides <= limit) return cost;
  const what = besides === 0 ? 'a cost of' : `with the others of its request (${besides}) a cost of`;
  throw tooExpensive(what, cost + besides, limit, 'ask for fewer items (first) or fewer levels of lists');
};

/**
 * Objects that an operation may make the gateway resolve: each object counts its own cost and what is selected below it, a
 * list as often as items are asked for. An upper bound: a field selected twice is counted twice, although
 * graphql-js merges it. `undefined` when the operation cannot run, so that there is nothing to price.
 */
export const operationCost = ({
  schema,
  costs,
  document,
  operationName,
  variables,
  tenants = 1,
}: CostQuestion): number | undefined => {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return undefined;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
  if (coerced.coerced === undefined) return undefined;
  return costWalk(
    schema,
    costs,
    document.definitions.filter(isFragment),
    coerced.coerced,
    tenants,
  )(operation.selectionSet, root, undefined);
};

const isFragment = (definition: { readonly kind: string }): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;

type SelectionCost = (set: SelectionSetNode, type: GraphQLObjectType, pageSize: number | undefined) => number;

/**
 * The recursion over selections, always for one concrete type: below a union or an interface the dearest of its members
 * counts, since each item is only one of them. Every (selection, type, page size) is priced once, so neither fragments
 * spread many times nor deep unions make the walk long; a cycle prices as nothing, and validation refuses it anyway.
 */
const costWalk = (
  schema: GraphQLSchema,
  costs: FieldCosts,
  fragmentList: readonly FragmentDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
  tenants: number,
): SelectionCost => {
  const fragments = new Map(fragmentList.map((fragment) => [fragment.name.value, fragment]));
  const priced = new Map<SelectionSetNode, Map<string, number>>();

  const costOf: SelectionCost = (set, type, pageSize) => {
    const prices = priced.get(set) ?? new Map<string, number>();
    priced.set(set, prices);
    const key = `${type.name} ${pageSize ?? ''}`;
    const known = prices.get(key);
    if (known !== undefined) return known;
    prices.set(key, 0);
    let cost = 0;
    for (const selection of set.selections) {
      if (isSelected(selection, variables)) cost += selectionCost(selection, type, pageSize);
    }
    prices.set(key, cost);
    return cost;
  };

  const selectionCost = (selection: SelectionNode, type: GraphQLObjectType, pageSize: number | undefined): number => {
    switch (selection.kind) {
      case Kind.FIELD:
        return fieldCost(selection, type, pageSize);
      case Kind.INLINE_FRAGMENT:
        return applies(selection.typeCondition?.name.value, type) ? costOf(selection.selectionSet, type, pageSize) : 0;
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || !applies(fragment.typeCondition.name.value, type)) return 0;
        return costOf(fragment.selectionSet, type, pageSize);
      }
    }
  };

  /** Whether a fragment on `condition` is about objects of `type`. */
  const applies = (condition: string | undefined, type: GraphQLObjectType): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const conditionType = schema.getType(condition);
    return isAbstractType(conditionType) && schema.isSubType(conditionType, type);
  };

  const fieldCost = (node: FieldNode, type: GraphQLObjectType, parentPageSize: number | undefined): number => {
    // Introspection and fields that validation will refuse have no definition here, and cost nothing.
    const field = type.getFields()[node.name.value];
    if (field === undefined) return 0;
    const { own, times, pageSize } = fieldWeight({
      typeName: type.name,
      field,
      node,
      variables,
      parentPageSize,
      costs,
      tenants,
    });
    if (node.selectionSet === undefined) return times * own;
    const inner = getNamedType(field.type);
    const members = isObjectType(inner) ? [inner] : isAbstractType(inner) ? schema.getPossibleTypes(inner) : [];
    let dearest = 0;
    for (const member of members) dearest = Math.max(dearest, costOf(node.selectionSet, member, pageSize));
    return times * (own + dearest);
  };
  return costOf;
};

/** `@skip` and `@include` with the variables at hand; a directive that cannot be read leaves the selection in. */
const isSelected = (node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean =>
  !node.directives?.some((directive) => {
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if');
    const value = condition && valueFromAST(condition.value, GraphQLBoolean, variables);
    return value !== undefined && value === excludingValue[directive.name.value];
  });

/** The value of `if` that takes a selection out. */
const excludingValue: Readonly<Record<string, boolean>> = {
  [GraphQLSkipDirective.name]: true,
  [GraphQLIncludeDirective.name]: false,
};
