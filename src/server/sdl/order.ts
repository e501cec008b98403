import {
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  print,
} from 'graphql';

/**
 * The files of the folder `schema` in the order of use: the one order of the fields of `Query` and `Mutation` and of the types,
 * in GraphiQL, in `/schema.graphql` and in the printed whole. A file that is not named comes last.
 */
export const fileOrder = [
  'directives',
  'base',
  'tenant',
  'incident',
  'alert',
  'machine',
  'counts',
  'changes',
  'hunting',
  'evidence',
  'evidence-endpoint',
  'evidence-identity',
  'evidence-cloud',
  'evidence-containers',
  'evidence-messages',
  'evidence-network',
  'observable',
  'action',
  'incident-actions',
  'investigation',
  'indicator',
  'antivirus',
  'vulnerability',
  'assessment',
  'baseline',
  'scan',
  'library',
  'approval',
  'audit',
  'status',
  'sign-in',
  'node',
] as const satisfies readonly string[];

const places: ReadonlyMap<string, number> = new Map(fileOrder.map((name, place) => [`${name}.graphql`, place]));

/** Names of files, e.g. `alert.graphql`, in the order of use. */
export const inOrderOfUse = (names: readonly string[]): readonly string[] =>
  names.toSorted(
    (one, other) =>
      (places.get(one) ?? fileOrder.length) - (places.get(other) ?? fileOrder.length) || one.localeCompare(other),
  );

const isQuery = (node: DefinitionNode): node is ObjectTypeDefinitionNode | ObjectTypeExtensionNode =>
  (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
  node.name.value === 'Query';

/** The same definitions, the look-up of an entity moved right behind its list: `alerts`, then `alert`. */
export const lookUpsBehindLists = (definitions: readonly DefinitionNode[]): readonly DefinitionNode[] => {
  const fields = definitions.filter(isQuery).flatMap((node) => node.fields ?? []);
  // The first of a type is its list; others, such as those of one address, come after it.
  const lists = new Map(fields.toReversed().map((field) => [print(field.type), field]));
  const listOf = ({ type }: FieldDefinitionNode) => lists.get(`${print(type)}Connection`);
  const lookUps = Map.groupBy(fields, listOf);
  const placed = (field: FieldDefinitionNode): readonly FieldDefinitionNode[] =>
    listOf(field) === undefined ? [field, ...(lookUps.get(field) ?? [])] : [];
  return definitions
    .map((node) => (isQuery(node) ? { ...node, fields: (node.fields ?? []).flatMap(placed) } : node))
    .filter((node) => node.kind !== Kind.OBJECT_TYPE_EXTENSION || !isQuery(node) || node.fields?.length !== 0);
};
