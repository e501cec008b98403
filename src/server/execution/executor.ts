import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { createExecution } from './execute.ts';
import { createPlans, type Plan, type Variables } from './plan.ts';
import { createErrors, isThenable, type Run } from './run.ts';

/** An operation that was parsed and validated. */
export interface Asked {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Variables | null | undefined;
  readonly context: unknown;
}

/** Answers operations. */
export type Executor = (asked: Asked) => Promise<ExecutionResult>;

/** A query whose plan and variables are at hand. */
export interface Prepared {
  readonly operation: OperationDefinitionNode;
  /** Coerced. */
  readonly variables: Variables;
  run(context: unknown): Promise<ExecutionResult>;
}

/** Answers operations, queries by plans. */
export interface Planned {
  /** Any operation. */
  readonly execute: Executor;
  /** A query that goes by a plan, with variables that fit; null: it is not that simple, and `execute` says what is wrong, if anything is. */
  prepare(asked: Omit<Asked, 'context'>): Prepared | null;
}

/** So many faults of variables are told, as graphql-js does. */
const maxErrors = 50;

/** Answers operations of a schema as `createExecutor` says. */
export const createPlanned = (schema: GraphQLSchema): Planned => {
  const plans = createPlans(schema);
  const executeFields = createExecution(schema);

  const runPlan = async (plan: Plan, variables: Variables, context: unknown): Promise<ExecutionResult> => {
    const errors = createErrors();
    const run: Run = { plan, variables, context, errors, argumentsOf: new Map() };
    const answer = (data: Record<string, unknown> | null): ExecutionResult =>
      errors.list.length === 0 ? { data } : { errors: errors.list, data };
    try {
      const data = executeFields(run, plan.fields, undefined, undefined);
      return answer(isThenable(data) ? await data : data);
    } catch (thrown) {
      if (!(thrown instanceof GraphQLError)) throw thrown;
      errors.add(thrown, undefined);
      return answer(null);
    }
  };

  /** The plan and the variables; the faults of these; null: graphql-js alone answers it. */
  const look = ({ document, operationName, variables }: Omit<Asked, 'context'>) => {
    const operation = plans.queryOf(document, operationName);
    if (operation === undefined) return null;
    const definitions = operation.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(schema, definitions, { ...variables }, { maxErrors });
    if (errors !== undefined) return { errors };
    const plan = plans.planOf(document, operation, coerced);
    return plan === undefined ? null : { operation, plan, coerced };
  };

  return {
    execute: async ({ document, operationName, variables, context }) => {
      const found = look({ document, operationName, variables });
      if (found === null)
        return execute({
          ...{ schema, document, contextValue: context },
          variableValues: variables ?? null,
          operationName: operationName ?? null,
        });
      return 'errors' in found ? { errors: found.errors } : runPlan(found.plan, found.coerced, context);
    },
    prepare: (asked) => {
      const found = look(asked);
      if (found === null || 'errors' in found) return null;
      const { operation, plan, coerced } = found;
      return { operation, variables: coerced, run: (context) => runPlan(plan, coerced, context) };
    },
  };
};

/**
 * Answers operations as graphql-js does, which still coerces variables and arguments. Queries go by a plan that is made once a
 * document; mutations, and what asks for the schema itself, are graphql-js' own.
 */
export const createExecutor = (schema: GraphQLSchema): Executor => createPlanned(schema).execute;
