import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { isIterableObject } from 'graphql/jsutils/isIterableObject.js';
import type { Path } from 'graphql/jsutils/Path.js';
import type { FieldPlan } from './plan.ts';
import { fieldError, isThenable, type Run, whenSettled } from './run.ts';

/** Makes of what a resolver returned what the answer says, or a promise of it; throws what becomes an error of the field. */
export type Complete = (
  run: Run,
  field: FieldPlan,
  info: () => GraphQLResolveInfo,
  path: Path | undefined,
  value: unknown,
) => unknown;

/** Answers the fields of an object. */
type ExecuteFields = (run: Run, fields: readonly FieldPlan[], source: unknown, path: Path | undefined) => unknown;

const completeLeaf = (type: GraphQLLeafType, value: unknown): unknown => {
  const serialized: unknown = type.serialize(value);
  if (serialized === null || serialized === undefined)
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
    );
  return serialized;
};

const runtimeTypeOf = (
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  { nodes, parentType, name }: FieldPlan,
  value: unknown,
  named: unknown,
): GraphQLObjectType => {
  if (named === null || named === undefined)
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${parentType.name}.${name}". Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  if (isObjectType(named))
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  if (typeof named !== 'string')
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${parentType.name}.${name}" with value ${inspect(value)}, received "${inspect(named)}".`,
    );
  const runtimeType = schema.getType(named);
  if (runtimeType === undefined)
    throw new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${named}" that does not exist inside the schema.`,
      { nodes },
    );
  if (!isObjectType(runtimeType))
    throw new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${named}".`, { nodes });
  if (!schema.isSubType(type, runtimeType))
    throw new GraphQLError(`Runtime Object type "${runtimeType.name}" is not a possible type for "${type.name}".`, {
      nodes,
    });
  return runtimeType;
};

/** The completion of each type of a schema, as the chapter "Value Completion" of the GraphQL specification has it. */
export const createCompletions = (schema: GraphQLSchema, executeFields: ExecuteFields) => {
  const known = new Map<GraphQLOutputType, Complete>();

  const ofObject =
    (type: GraphQLObjectType): Complete =>
    (run, field, _info, path, value) =>
      executeFields(run, field.fieldsOf(type), value, path);

  const ofAbstract = (type: GraphQLAbstractType): Complete => {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    return (run, field, info, path, value) => {
      const completeAs = (named: unknown): unknown => {
        const runtimeType = runtimeTypeOf(schema, type, field, value, named);
        return executeFields(run, field.fieldsOf(runtimeType), value, path);
      };
      const named: unknown = resolveType(value, run.context, info(), type);
      return isThenable(named) ? named.then(completeAs) : completeAs(named);
    };
  };

  const ofList = (itemType: GraphQLOutputType): Complete => {
    const isNonNull = isNonNullType(itemType);
    return (run, field, info, path, value) => {
      if (!isIterableObject(value))
        throw new GraphQLError(
          `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.name}".`,
        );
      const completeItem = completionOf(itemType);
      const awaited: number[] = [];
      const completed = Array.from(value, (item: unknown, index): unknown => {
        const itemPath: Path = { prev: path, key: index, typename: undefined };
        const failed = (thrown: unknown): null => fieldError(run, field, itemPath, isNonNull, thrown);
        try {
          const one = isThenable(item)
            ? item.then((resolved: unknown) => completeItem(run, field, info, itemPath, resolved))
            : completeItem(run, field, info, itemPath, item);
          if (!isThenable(one)) return one;
          awaited.push(index);
          return one.then(undefined, failed);
        } catch (thrown) {
          return failed(thrown);
        }
      });
      if (awaited.length === 0) return completed;
      return whenSettled(
        awaited.map((index) => completed[index]),
        completed,
        (index, one) => {
          completed[awaited[index] ?? 0] = one;
        },
      );
    };
  };

  const nullable =
    (complete: Complete): Complete =>
    (run, field, info, path, value) => {
      if (value instanceof Error) throw value;
      return value === null || value === undefined ? null : complete(run, field, info, path, value);
    };

  const make = (type: GraphQLOutputType): Complete => {
    if (isNonNullType(type)) {
      const complete = completionOf(type.ofType);
      return (run, field, info, path, value) => {
        const completed = complete(run, field, info, path, value);
        if (completed === null)
          throw new Error(`Cannot return null for non-nullable field ${field.parentType.name}.${field.name}.`);
        return completed;
      };
    }
    if (isListType(type)) return nullable(ofList(type.ofType));
    if (isLeafType(type)) return nullable((_run, _field, _info, _path, value) => completeLeaf(type, value));
    return nullable(isAbstractType(type) ? ofAbstract(type) : ofObject(type));
  };

  const completionOf = (type: GraphQLOutputType): Complete => {
    const there = known.get(type);
    if (there !== undefined) return there;
    const made = make(type);
    known.set(type, made);
    return made;
  };
  return completionOf;
};
