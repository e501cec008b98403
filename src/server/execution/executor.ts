import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
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

/** So many faults of variables are told, as graphql-js does. */
const maxErrors = 50;

/**
 * Answers operations as graphql-js does, which still coerces variables and arguments. Queries go by a plan that is made once a
 * document; mutations, and what asks for the schema itself, are graphql-js' own.
 */
export const createExecutor = (schema: GraphQLSchema): Executor => {
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

  return async ({ document, operationName, variables, context }) => {
    const whole = () =>
      execute({
        ...{ schema, document, contextValue: context },
        variableValues: variables ?? null,
        operationName: operationName ?? null,
      });
    const operation = plans.queryOf(document, operationName);
    if (operation === undefined) return whole();
    const { coerced, errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      { ...variables },
      { maxErrors },
    );
    if (errors !== undefined) return { errors };
    const plan = plans.planOf(document, operation, coerced);
    return plan === undefined ? whole() : runPlan(plan, coerced, context);
  };
};
