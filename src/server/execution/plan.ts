import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';

/** Values of an operation's variables, coerced. */
export type Variables = Readonly<Record<string, unknown>>;

/** One field of an object in an answer: all that is known of it before there is an object. */
export interface FieldPlan {
  readonly responseName: string;
  /** Of the field in the schema. */
  readonly name: string;
  /** All places of the document that ask for it. */
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Absent: the property of that name. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly isNonNull: boolean;
  /** Its type when it is a plain property of its object, without arguments and without a resolver: a scalar or an enum, and no list. */
  readonly leaf: GraphQLLeafType | null;
  /** Its value for every object: `__typename`. */
  readonly constant: string | null;
  /** The fields of its value, an object of that type. */
  fieldsOf(type: GraphQLObjectType): readonly FieldPlan[];
}

/** One operation of a document, for variables whose conditions are alike. */
export interface Plan {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly fields: readonly FieldPlan[];
}

/** What of a document does not depend on variables. */
interface Facts {
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** Variables by which fields are left out or included. */
  readonly conditions: readonly string[];
  /** Whether nothing is in it that graphql-js alone answers: the schema's own fields, and a name that objects have already. */
  readonly isUsual: boolean;
}

const conditional: ReadonlySet<string> = new Set(['skip', 'include']);
const ofSchema: ReadonlySet<string> = new Set([SchemaMetaFieldDef.name, TypeMetaFieldDef.name]);

const factsOf = (document: DocumentNode): Facts => {
  const conditions = new Set<string>();
  let isUsual = true;
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.FIELD) {
        const responseName = (node.alias ?? node.name).value;
        if (ofSchema.has(node.name.value) || responseName === '__proto__') isUsual = false;
      }
      if (node.kind !== Kind.DIRECTIVE || !conditional.has(node.name.value)) return;
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return { operations, fragments, conditions: [...conditions], isUsual };
};

const operationIn = ({ operations }: Facts, name: string | null | undefined): OperationDefinitionNode | undefined => {
  if (name === null || name === undefined) return operations.length === 1 ? operations[0] : undefined;
  return operations.find((operation) => operation.name?.value === name);
};

/** Of one document, plans for so many answers of its conditions are kept. */
const mostPlans = 16;

/** Plans of the documents of a schema. They go with their documents, and nothing of a request is in them. */
export interface Plans {
  /** The query of that name; undefined: it is none, or has what only graphql-js answers. */
  queryOf(document: DocumentNode, operationName: string | null | undefined): OperationDefinitionNode | undefined;
  /** Its plan, once its variables are known; undefined: a condition of it is no Boolean, which graphql-js tells. */
  planOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): Plan | undefined;
}

/** Makes plans, each once. A schema whose types are told apart by `isTypeOf` has none. */
export const createPlans = (schema: GraphQLSchema): Plans => {
  const isPlain = Object.values(schema.getTypeMap()).every((type) => !isObjectType(type) || type.isTypeOf == null);
  const facts = new WeakMap<DocumentNode, Facts>();
  const plans = new WeakMap<OperationDefinitionNode, Map<string, Plan>>();

  const knownOf = (document: DocumentNode): Facts => {
    const known = facts.get(document) ?? factsOf(document);
    facts.set(document, known);
    return known;
  };

  const fieldPlans = (
    known: Facts,
    variables: Variables,
    parentType: GraphQLObjectType,
    collected: ReadonlyMap<string, readonly FieldNode[]>,
  ): readonly FieldPlan[] =>
    [...collected].flatMap(([responseName, nodes]): readonly FieldPlan[] => {
      const name = nodes[0]?.name.value ?? '';
      const isTypename = name === TypeNameMetaFieldDef.name;
      const definition = isTypename ? TypeNameMetaFieldDef : parentType.getFields()[name];
      // As graphql-js: what the type does not have is not in the answer. No document that was validated asks for it.
      if (definition === undefined) return [];
      const nullable = getNullableType(definition.type);
      const fieldsOfTypes = new Map<GraphQLObjectType, readonly FieldPlan[]>();
      return [
        {
          ...{ responseName, name, nodes, parentType, definition, resolve: definition.resolve },
          isNonNull: isNonNullType(definition.type),
          leaf: isLeafType(nullable) && definition.resolve == null && definition.args.length === 0 ? nullable : null,
          constant: isTypename ? parentType.name : null,
          fieldsOf: (type) => {
            const there = fieldsOfTypes.get(type);
            if (there !== undefined) return there;
            const below = collectSubfields(schema, known.fragments, variables, type, nodes);
            const made = fieldPlans(known, variables, type, below);
            fieldsOfTypes.set(type, made);
            return made;
          },
        },
      ];
    });

  const makePlan = (known: Facts, operation: OperationDefinitionNode, variables: Variables): Plan => {
    const root = schema.getQueryType();
    if (root === null || root === undefined) throw new GraphQLError('The schema has no queries');
    // Of the variables only the conditions decide which fields there are, and a plan is for one answer of each.
    const conditions = Object.fromEntries(known.conditions.map((name) => [name, variables[name]]));
    const fields = collectFields(schema, known.fragments, conditions, root, operation.selectionSet);
    return { operation, fragments: known.fragments, fields: fieldPlans(known, conditions, root, fields) };
  };

  return {
    queryOf: (document, operationName) => {
      const known = knownOf(document);
      const operation = isPlain && known.isUsual ? operationIn(known, operationName) : undefined;
      return operation?.operation === OperationTypeNode.QUERY ? operation : undefined;
    },
    planOf: (document, operation, variables) => {
      const known = knownOf(document);
      if (known.conditions.some((name) => typeof variables[name] !== 'boolean')) return undefined;
      const made = plans.get(operation) ?? new Map<string, Plan>();
      plans.set(operation, made);
      const key = known.conditions.map((name) => String(variables[name])).join();
      const there = made.get(key);
      if (there !== undefined) return there;
      const plan = makePlan(known, operation, variables);
      if (made.size < mostPlans) made.set(key, plan);
      return plan;
    },
  };
};
