import {
  defaultFieldResolver,
  type GraphQLError,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import type { ErrorCode, GatewayError } from '../src/errors.ts';
import type { TenantFailure } from '../src/lists/connection.ts';
import { errorOf } from '../src/lists/unanswered.ts';
import { asksFor } from './selection.ts';

/** Where failures of tenants go when a connection's `failures` is not asked for, or is. Of one operation each. */
export interface FailuresTold {
  /** An error that stands beside the operation's data. */
  beside(context: object, error: GraphQLError): void;
  /** The caller is told in the data. */
  inData(context: object, code: ErrorCode): void;
}

/** What matters here of a connection. */
interface Page {
  readonly failures: readonly TenantFailure[];
  readonly unanswered?: GatewayError;
  readonly missing?: readonly TenantFailure[];
}

const isPage = (value: unknown): value is Page =>
  typeof value === 'object' && value !== null && 'failures' in value && Array.isArray(value.failures);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Makes every field of the schema whose type has `failures` tell them: to who asks for `failures` there alone; to all others as
 * errors beside the rows, one a tenant; and as the field's own error when every tenant that was asked failed. An answer that
 * could not be had is then never taken for an empty list. A tenant that answered without rows that another of its APIs would
 * have is an error beside the rows, unless `truncated` or `truncationReason` is asked for.
 */
export const tellFailures = (schema: GraphQLSchema, told: FailuresTold): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) if (hasFailures(field)) tellFailuresOf(field, told);
  }
};

const hasFailures = ({ type }: GraphQLField<unknown, unknown>): boolean => {
  const named = getNamedType(type);
  const failures = isObjectType(named) ? named.getFields().failures : undefined;
  return failures !== undefined && getNamedType(failures.type).name === 'TenantFailure';
};

const tellFailuresOf = (field: GraphQLField<unknown, unknown>, told: FailuresTold): void => {
  const resolve = field.resolve ?? defaultFieldResolver;
  const tell = (page: unknown, context: unknown, info: GraphQLResolveInfo): unknown => {
    if (!isPage(page) || !isObject(context)) return page;
    const beside = (failure: TenantFailure): void =>
      told.beside(context, locatedError(errorOf(failure), info.fieldNodes, responsePathAsArray(info.path)));
    const { missing = [] } = page;
    if (missing.length > 0) {
      if (asksFor(info, 'truncated', 'truncationReason')) {
        for (const { error } of missing) told.inData(context, error.code);
      } else missing.forEach(beside);
    }
    if (page.failures.length === 0) return page;
    if (asksFor(info, 'failures')) {
      for (const { error } of page.failures) told.inData(context, error.code);
      return page;
    }
    if (page.unanswered !== undefined) throw page.unanswered;
    page.failures.forEach(beside);
    return page;
  };
  field.resolve = (source, args, context, info) => {
    const page: unknown = resolve(source, args, context, info);
    return page instanceof Promise ? page.then((found) => tell(found, context, info)) : tell(page, context, info);
  };
};
