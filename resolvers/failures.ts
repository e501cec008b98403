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

/** What matters here of the rows of a hunt: how each tenant answered. */
interface Hunted {
  readonly tenants: readonly { readonly tenant: TenantFailure['tenant']; readonly error: GatewayError | null }[];
}

const isHunted = (value: unknown): value is Hunted =>
  typeof value === 'object' && value !== null && 'tenants' in value && Array.isArray(value.tenants);

/** The fields that tell who did not answer, by the type of what they tell, and how it is read off their object. */
const tellers = {
  TenantFailure: { field: 'failures', pageOf: (value: unknown): Page | null => (isPage(value) ? value : null) },
  HuntTenantResult: {
    field: 'tenants',
    pageOf: (value: unknown): Page | null =>
      isHunted(value)
        ? { failures: value.tenants.flatMap(({ tenant, error }) => (error === null ? [] : [{ tenant, error }])) }
        : null,
  },
} as const;
type Teller = (typeof tellers)[keyof typeof tellers];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Makes every field of the schema whose type has `failures`, or of a hunt `tenants`, tell them: to who asks for it there alone; to
 * all others as errors beside the rows, one a tenant; and as the field's own error when every tenant that was asked failed. An answer that
 * could not be had is then never taken for an empty list. A tenant that answered without rows that another of its APIs would
 * have is an error beside the rows, unless `truncated` or `truncationReason` is asked for.
 */
export const tellFailures = (schema: GraphQLSchema, told: FailuresTold): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const teller = tellerOf(field);
      if (teller !== undefined) tellFailuresOf(field, teller, told);
    }
  }
};

const tellerOf = ({ type }: GraphQLField<unknown, unknown>): Teller | undefined => {
  const named = getNamedType(type);
  if (!isObjectType(named)) return undefined;
  const fields = named.getFields();
  return Object.entries(tellers).find(([typeName, { field }]) => {
    const told = fields[field];
    return told !== undefined && getNamedType(told.type).name === typeName;
  })?.[1];
};

const tellFailuresOf = (
  field: GraphQLField<unknown, unknown>,
  { field: teller, pageOf }: Teller,
  told: FailuresTold,
): void => {
  const resolve = field.resolve ?? defaultFieldResolver;
  const tell = (answer: unknown, context: unknown, info: GraphQLResolveInfo): unknown => {
    const page = pageOf(answer);
    if (page === null || !isObject(context)) return answer;
    const beside = (failure: TenantFailure): void =>
      told.beside(context, locatedError(errorOf(failure), info.fieldNodes, responsePathAsArray(info.path)));
    const { missing = [] } = page;
    if (missing.length > 0) {
      if (asksFor(info, 'truncated', 'truncationReason')) {
        for (const { error } of missing) told.inData(context, error.code);
      } else missing.forEach(beside);
    }
    if (page.failures.length === 0) return answer;
    if (asksFor(info, teller)) {
      for (const { error } of page.failures) told.inData(context, error.code);
      return answer;
    }
    if (page.unanswered !== undefined) throw page.unanswered;
    page.failures.forEach(beside);
    return answer;
  };
  field.resolve = (source, args, context, info) => {
    const answer: unknown = resolve(source, args, context, info);
    return answer instanceof Promise ? answer.then((found) => tell(found, context, info)) : tell(answer, context, info);
  };
};
