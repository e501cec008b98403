import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { entities, entityNames, isListed } from '../../../src/entities/table.ts';

/** Between type and field in the alias of a field of a union's member: members may disagree on a field's type. */
const seam = '__of__';

/** Whether a field can be asked without arguments. */
const isFree = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  args.every(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined);

/** Everything that can be asked of a field's value. Types of `known` are only looked at: they are asked elsewhere. */
export const selectionOf = (
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  known: ReadonlySet<string>,
): string => {
  const type = getNamedType(field.type);
  if (known.has(type.name)) return glanceAt(type);
  const fieldsOf = (each: GraphQLObjectType, alias: boolean, above: ReadonlySet<string>): string =>
    Object.values(each.getFields())
      .filter(isFree)
      .map((inner) => {
        const name = alias ? `${each.name}${seam}${inner.name}: ${inner.name}` : inner.name;
        const paging = inner.args.some((argument) => argument.name === 'first') ? '(first: 2)' : '';
        return `${name}${paging} ${selectionOf(schema, inner, new Set([...above, each.name]))}`;
      })
      .join(' ');
  if (isObjectType(type)) return `{ __typename ${fieldsOf(type, false, known)} }`;
  if (!isAbstractType(type)) return '';
  // Inside a member the same interface is only looked at: its members are asked here.
  const above = new Set([...known, type.name]);
  const members = schema.getPossibleTypes(type).filter(({ name }) => !known.has(name));
  return `{ __typename ${members.map((each) => `... on ${each.name} { ${fieldsOf(each, true, above)} }`).join(' ')} }`;
};

/** What no list has is looked up by what names it. */
const namingFields = new Map<string, string>(
  entityNames.filter((name) => !isListed(name)).map((name) => [entities[name].type, entities[name].id.field]),
);

/** The types of these. */
export const namedTypes: readonly string[] = [...namingFields.keys()];

/** Enough to see that something is there, and whose it is. */
const glanceAt = (type: GraphQLNamedType): string => {
  const fields = isObjectType(type) ? type.getFields() : {};
  const naming = namingFields.get(type.name);
  const named = naming === undefined ? '' : `${naming} tenant { __typename name }`;
  return `{ __typename ${named} ${'nodes' in fields ? 'nodes { __typename }' : ''} ${type.name === 'Tenant' ? 'name' : ''} }`;
};

const isFilled = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null && 'nodes' in value) return isFilled(value.nodes);
  return value !== null && value !== undefined && value !== '';
};

/** An object of an answer, whose selection named its type. */
export type Answered = Readonly<Record<string, unknown>> & { readonly __typename: string };

const isAnswered = (value: unknown): value is Answered =>
  typeof value === 'object' && value !== null && '__typename' in value && typeof value.__typename === 'string';

/** Every object of an answer. */
export function* objectsIn(value: unknown): Generator<Answered> {
  if (Array.isArray(value)) for (const each of value) yield* objectsIn(each);
  else if (typeof value === 'object' && value !== null) {
    if (isAnswered(value)) yield value;
    for (const each of Object.values(value)) yield* objectsIn(each);
  }
}

/** Coordinates of the fields that hold something in an object: neither null nor an empty text or list. */
export const filledIn = (object: Answered): readonly string[] =>
  Object.entries(object)
    .filter(([, value]) => isFilled(value))
    .map(([key]) => (key.includes(seam) ? key.replace(seam, '.') : `${object.__typename}.${key}`));
