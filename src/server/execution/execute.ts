import { type GraphQLResolveInfo, type GraphQLSchema, getArgumentValues } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import { createCompletions } from './complete.ts';
import type { FieldPlan } from './plan.ts';
import { fieldError, isThenable, type Run, whenSettled } from './run.ts';

const none: { readonly [argument: string]: unknown } = Object.freeze({});

const argumentsFor = (run: Run, field: FieldPlan): { readonly [argument: string]: unknown } => {
  if (field.definition.args.length === 0) return none;
  const known = run.argumentsOf.get(field);
  if (known !== undefined) return known;
  const [node] = field.nodes;
  const values = node === undefined ? none : getArgumentValues(field.definition, node, { ...run.variables });
  run.argumentsOf.set(field, values);
  return values;
};

const hasProperties = (value: unknown): value is Readonly<Record<string, unknown>> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Answers the fields of objects by plans, as the chapter "Execution" of the GraphQL specification and graphql-js do. */
export const createExecution = (schema: GraphQLSchema) => {
  const infoOf = (run: Run, field: FieldPlan, path: Path): GraphQLResolveInfo => ({
    fieldName: field.name,
    fieldNodes: field.nodes,
    returnType: field.definition.type,
    parentType: field.parentType,
    path,
    schema,
    fragments: run.plan.fragments,
    rootValue: undefined,
    operation: run.plan.operation,
    variableValues: run.variables,
  });

  const resolved = (run: Run, field: FieldPlan, source: unknown, info: () => GraphQLResolveInfo): unknown => {
    const { resolve } = field;
    if (resolve !== undefined) {
      const asked = info();
      return resolve(source, argumentsFor(run, field), run.context, asked);
    }
    const args = argumentsFor(run, field);
    // What a field is that has no resolver.
    const value = hasProperties(source) ? source[field.name] : undefined;
    return typeof value === 'function' ? value.call(source, args, run.context, info()) : value;
  };

  const executeField = (run: Run, field: FieldPlan, source: unknown, parent: Path | undefined): unknown => {
    const path: Path = { prev: parent, key: field.responseName, typename: field.parentType.name };
    let made: GraphQLResolveInfo | undefined;
    const info = (): GraphQLResolveInfo => {
      made ??= infoOf(run, field, path);
      return made;
    };
    const failed = (thrown: unknown): null => fieldError(run, field, path, field.isNonNull, thrown);
    const completed = (value: unknown): unknown => {
      try {
        const made = completionOf(field.definition.type)(run, field, info, path, value);
        return isThenable(made) ? made.then(undefined, failed) : made;
      } catch (thrown) {
        return failed(thrown);
      }
    };
    try {
      const value = resolved(run, field, source, info);
      return isThenable(value) ? value.then(completed, failed) : completed(value);
    } catch (thrown) {
      return failed(thrown);
    }
  };

  /** A scalar that is a plain property of its object; undefined: it is not that simple. */
  const simpleValue = ({ constant, leaf, isNonNull, name }: FieldPlan, source: unknown): unknown => {
    if (constant !== null) return constant;
    if (leaf === null || !hasProperties(source)) return undefined;
    try {
      const value = source[name];
      if (value === null || value === undefined) return isNonNull ? undefined : null;
      if (typeof value === 'object' || typeof value === 'function') return undefined;
      return leaf.serialize(value) ?? undefined;
    } catch {
      // It fails once more on the longer way, which makes the error.
      return undefined;
    }
  };

  const executeFields = (
    run: Run,
    fields: readonly FieldPlan[],
    source: unknown,
    path: Path | undefined,
  ): Record<string, unknown> | Promise<Record<string, unknown>> => {
    const results: Record<string, unknown> = {};
    let awaited: string[] | null = null;
    const later = (names: readonly string[]): Promise<Record<string, unknown>> =>
      whenSettled(
        names.map((name) => results[name]),
        results,
        (index, value) => {
          results[names[index] ?? ''] = value;
        },
      );
    try {
      for (const field of fields) {
        const simple = simpleValue(field, source);
        const value = simple === undefined ? executeField(run, field, source, path) : simple;
        results[field.responseName] = value;
        if (!isThenable(value)) continue;
        awaited ??= [];
        awaited.push(field.responseName);
      }
    } catch (thrown) {
      if (awaited === null) throw thrown;
      // The others may fail too: they are waited for.
      return later(awaited).finally(() => {
        throw thrown;
      });
    }
    return awaited === null ? results : later(awaited);
  };

  const completionOf = createCompletions(schema, executeFields);
  return executeFields;
};
