import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLBoolean,
  type GraphQLField,
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
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromAST,
} from 'graphql';
import { type Above, type FieldCosts, fieldWeight } from './field-costs.ts';
import type { KnownPrices } from './known-prices.ts';
import { atMost, free, type Price, plus, times } from './price.ts';

/** An operation as it is about to run; `variables` as the caller sent them. */
export interface OperationToCheck {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** The same as `getVariableValues` makes of them, where they are at hand. */
  readonly coerced?: Readonly<Record<string, unknown>>;
  /** Tenants that the caller sees: so many are asked by a question that names none. 1 when not said. */
  readonly tenants?: number;
}

/** An operation with the schema and the prices that it is priced by. */
export interface CostQuestion extends OperationToCheck {
  readonly schema: GraphQLSchema;
  readonly costs: FieldCosts;
  /** What was computed before; nothing by default. */
  readonly known?: KnownPrices;
}

/**
 * What an operation may make the gateway do: each object counts its own cost and what is selected below it, a list as often as
 * items are asked for. An upper bound: a field selected twice is counted twice, although graphql-js merges it. `undefined` when
 * the document has no such operation. Throws the `GraphQLError` of the first variable that does not fit its type: the other ones
 * are not looked at.
 */
export const operationPrice = ({
  schema,
  costs,
  document,
  operationName,
  variables,
  coerced,
  tenants = 1,
  known,
}: CostQuestion): Price | undefined => {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return undefined;
  const values = coerced ?? coercedOf(schema, operation, variables);
  const compute = (): Price =>
    costWalk(
      schema,
      costs,
      document.definitions.filter(isFragment),
      values,
      tenants,
    )(operation.selectionSet, root, nothingAbove);
  return known === undefined ? compute() : known(operation, values, tenants, compute);
};

const coercedOf = (
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: OperationToCheck['variables'],
): Readonly<Record<string, unknown>> => {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, { ...variables }, { maxErrors: 1 });
  if (coerced === undefined) throw errors?.[0];
  return coerced;
};

const isFragment = (definition: { readonly kind: string }): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;

type SelectionCost = (set: SelectionSetNode, type: GraphQLObjectType, above: Above) => Price;

const nothingAbove: Above = { pageSize: undefined, asked: undefined };

/**
 * The recursion over selections, always for one concrete type: below a union or an interface the dearest of its members
 * counts, since each item is only one of them. Every (selection, type, page size, tenants) is priced once, so neither fragments
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
  const priced = new Map<SelectionSetNode, Map<string, Price>>();

  const costOf: SelectionCost = (set, type, above) => {
    const prices = priced.get(set) ?? new Map<string, Price>();
    priced.set(set, prices);
    const key = `${type.name} ${above.pageSize ?? ''} ${above.asked ?? ''}`;
    const known = prices.get(key);
    if (known !== undefined) return known;
    prices.set(key, free);
    let cost = free;
    for (const selection of set.selections) {
      if (isSelected(selection, variables)) cost = plus(cost, selectionCost(selection, type, above));
    }
    prices.set(key, cost);
    return cost;
  };

  const selectionCost = (selection: SelectionNode, type: GraphQLObjectType, above: Above): Price => {
    switch (selection.kind) {
      case Kind.FIELD:
        return fieldCost(selection, type, above);
      case Kind.INLINE_FRAGMENT:
        return applies(selection.typeCondition?.name.value, type) ? costOf(selection.selectionSet, type, above) : free;
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || !applies(fragment.typeCondition.name.value, type)) return free;
        return costOf(fragment.selectionSet, type, above);
      }
    }
  };

  /** Whether a fragment on `condition` is about objects of `type`. */
  const applies = (condition: string | undefined, type: GraphQLObjectType): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const conditionType = schema.getType(condition);
    return isAbstractType(conditionType) && schema.isSubType(conditionType, type);
  };

  const fieldCost = (node: FieldNode, type: GraphQLObjectType, above: Above): Price => {
    const field = type.getFields()[node.name.value] ?? metaFields.get(node.name.value);
    // Fields that validation will refuse have no definition here, and cost nothing.
    if (field === undefined) return free;
    const weight = fieldWeight({ typeName: type.name, field, node, variables, above, costs, tenants });
    if (node.selectionSet === undefined) return times(weight.own, weight.times);
    const inner = getNamedType(field.type);
    const members = isObjectType(inner) ? [inner] : isAbstractType(inner) ? schema.getPossibleTypes(inner) : [];
    let dearest = free;
    for (const member of members) dearest = atMost(dearest, costOf(node.selectionSet, member, weight));
    return times(plus(weight.own, dearest), weight.times);
  };
  return costOf;
};

/** What reads the schema itself: no type has it among its fields. */
const metaFields: ReadonlyMap<string, GraphQLField<unknown, unknown>> = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

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
