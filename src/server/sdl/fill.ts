import {
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type NameNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

interface Named {
  readonly name: NameNode;
}

const has = (list: readonly Named[], { name }: Named): boolean => list.some((each) => each.name.value === name.value);

/** The fields that definitions and extensions of a type have together. */
const fieldsOf = (definitions: readonly DefinitionNode[], typeName: string): readonly Named[] =>
  definitions.flatMap((node): readonly Named[] =>
    'fields' in node && node.name.value === typeName ? (node.fields ?? []) : [],
  );

/** A field as it is written, with what it lacks of its form. */
const filled = (own: FieldDefinitionNode, form: FieldDefinitionNode | undefined): FieldDefinitionNode => {
  if (form === undefined) return own;
  const description = own.description ?? form.description;
  const more = form.arguments?.filter((each) => !has(own.arguments ?? [], each)) ?? [];
  return { ...own, ...(description && { description }), arguments: [...(own.arguments ?? []), ...more] };
};

type WithFields = Pick<ObjectTypeDefinitionNode, 'name' | 'fields'>;

/**
 * The written definitions, their fields filled in from `forms`, and those parts of the forms that nobody wrote. Forms are
 * extensions of written types, and types of their own.
 */
export const fill = (written: readonly DefinitionNode[], forms: readonly DefinitionNode[]): DefinitionNode[] => {
  const formOf = new Map<string, FieldDefinitionNode>();
  for (const node of forms) {
    if (node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    for (const field of node.fields ?? []) formOf.set(`${node.name.value}.${field.name.value}`, field);
  }
  const complete = <T extends WithFields>(node: T): T => {
    const fields = node.fields?.map((own) => filled(own, formOf.get(`${node.name.value}.${own.name.value}`)));
    return { ...node, ...(fields && { fields }) };
  };
  const unwritten = <T extends Named & { readonly fields?: readonly Named[] }>(node: T): T => {
    const own = fieldsOf(written, node.name.value);
    return { ...node, fields: node.fields?.filter((each) => !has(own, each)) ?? [] };
  };
  return [
    ...written.map((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION ? complete(node) : node,
    ),
    ...forms
      .map((node) =>
        node.kind === Kind.OBJECT_TYPE_EXTENSION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION
          ? unwritten(node)
          : node,
      )
      .filter((node) => !isEmpty(node)),
  ];
};

const isEmpty = (node: DefinitionNode): boolean =>
  (node.kind === Kind.OBJECT_TYPE_EXTENSION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION) &&
  node.fields?.length === 0 &&
  !('interfaces' in node && (node.interfaces?.length ?? 0) > 0);
