import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { isTokenLimitError } from '../access/limits.ts';
import {
  type DocumentCode,
  documentCodes,
  type ErrorCode,
  type ErrorDetails,
  GatewayError,
  InputError,
  shownMessage,
  shownText,
} from '../errors.ts';
import type { Log } from '../log.ts';
import { inPlainWords } from './apollo-words.ts';
import { CallerLeftError } from './deadline.ts';

/** Where errors that are masked are written, and by which id they are found there. */
export interface ErrorFormatDeps {
  readonly log: Log;
  /** Id of the request being answered, for the log and for masked errors. */
  readonly requestId: () => string | undefined;
}

/** Apollo's `formatError`: its own rendering of the error, and the error itself. */
export type ErrorFormat = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Codes of faults in the request as Apollo names them, and as callers see them. */
const requestFaultCodes: Readonly<Record<string, ErrorCode | DocumentCode>> = {
  ...Object.fromEntries(documentCodes.map((code) => [code, code])),
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
};

/**
 * The only place that knows GraphQL's error form. What is written for callers passes: our own errors, and what
 * graphql-js and Apollo say about the request itself. All else becomes `Internal error` with the request id, and goes to
 * the log whole.
 */
export const createErrorFormat =
  ({ log, requestId }: ErrorFormatDeps): ErrorFormat =>
  (formatted, error) => {
    const place = placeOf(formatted);
    const gatewayError = findGatewayError(error);
    if (gatewayError !== undefined && !(gatewayError instanceof InputError && isRequestFault(formatted, error))) {
      return { ...formatGatewayError(gatewayError, log, requestId()), ...place };
    }
    const fault = requestFault(formatted, error);
    if (fault !== undefined) return { ...fault, ...place };

    const id = requestId();
    if (rootOf(error) instanceof CallerLeftError) log.debug('Caller left', { requestId: id });
    else log.error('Unexpected error', { requestId: id, path: formatted.path, err: rootOf(error) });
    return { ...masked(id), ...place };
  };

const placeOf = ({ locations, path }: GraphQLFormattedError): Pick<GraphQLFormattedError, 'locations' | 'path'> => ({
  ...(locations === undefined ? {} : { locations }),
  ...(path === undefined ? {} : { path }),
});

const masked = (id: string | undefined): GraphQLFormattedError => ({
  message: 'Internal error',
  extensions: { code: 'INTERNAL' satisfies ErrorCode, ...(id === undefined ? {} : { requestId: id }) },
});

/** One of our errors, with what is known of its details and nothing more. */
const formatGatewayError = (error: GatewayError, log: Log, id: string | undefined): GraphQLFormattedError => {
  if (error.code === 'INTERNAL') {
    log.error('Internal error', { requestId: id, err: error });
    return { ...masked(id), message: shownMessage(error) };
  }
  return { message: shownMessage(error), extensions: errorExtensions(error) };
};

/** Details that callers see. */
const shownDetails = [
  'tenant',
  'api',
  'upstreamRequestId',
  'upstreamCode',
  'upstreamStatus',
  'retryAfterSeconds',
  'missingPermissions',
  'claims',
  'guardrails',
  'field',
] as const satisfies readonly (keyof ErrorDetails)[];

/** `extensions` of one of our errors. */
export const errorExtensions = ({ code, details }: GatewayError): Record<string, unknown> => ({
  code,
  ...Object.fromEntries(
    shownDetails.flatMap((name) => (details[name] === undefined ? [] : [[name, shownDetail(name, details[name])]])),
  ),
});

/** A challenge is for the caller's client, which needs it as it is. */
const shownDetail = (name: (typeof shownDetails)[number], detail: unknown): unknown =>
  typeof detail === 'string' && name !== 'claims' ? shownText(detail) : detail;

/** graphql-js and Apollo wrap what resolvers throw, at times twice: the innermost error is what was thrown. */
const rootOf = (error: unknown): unknown => {
  let root = error;
  while (root instanceof GraphQLError && root.originalError !== undefined) root = root.originalError;
  return root;
};

const findGatewayError = (error: unknown): GatewayError | undefined => {
  const root = rootOf(error);
  return root instanceof GatewayError ? root : undefined;
};

/**
 * Whether the fault is in the request and was found before execution, in its envelope, document or variables: only
 * those errors have no path. Apollo gives a few of its own refusals a 4xx status but no code.
 */
const isRequestFault = ({ path, extensions }: GraphQLFormattedError, error: unknown): boolean =>
  path === undefined &&
  error instanceof GraphQLError &&
  (requestFaultCodes[String(extensions?.code)] !== undefined || isPlainRefusal(error));

const isPlainRefusal = ({ originalError, extensions: { http } }: GraphQLError): boolean =>
  originalError === undefined &&
  typeof http === 'object' &&
  http !== null &&
  'status' in http &&
  typeof http.status === 'number' &&
  http.status < 500;

/** What graphql-js or Apollo say about the request, in a form for callers; `undefined` when it is not about that. */
const requestFault = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError | undefined => {
  const message = shownText(inPlainWords(formatted.message));
  if (isRequestFault(formatted, error)) {
    const code = requestFaultCodes[String(formatted.extensions?.code)] ?? ('BAD_USER_INPUT' satisfies ErrorCode);
    const tokenLimit = error instanceof GraphQLError && isTokenLimitError(error);
    return { message, extensions: { code: tokenLimit ? ('QUERY_TOO_EXPENSIVE' satisfies ErrorCode) : code } };
  }
  const root = rootOf(error);
  if (root instanceof GraphQLError && isArgumentFault(root)) {
    return { message, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } };
  }
  return undefined;
};

/**
 * A `null` variable in a place that takes none is found only at execution. graphql-js marks it by the node it blames:
 * the variable's use, which no resolver's error has.
 */
const isArgumentFault = (error: GraphQLError): boolean => error.nodes?.[0]?.kind === Kind.VARIABLE;
