import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import { GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import type { OperationLimits } from '../access/limits.ts';
import { type DocumentCode, InputError } from '../errors.ts';
import { withHttpStatus } from './request-context.ts';

/** A document that callers may name. */
export interface TrustedDocument {
  readonly id: string;
  /** Of its body, as 64 lower-case hex digits. */
  readonly sha256: string;
  readonly body: string;
}

/** What keeps a document from ever being answered. */
export interface DocumentFault {
  readonly id: string;
  readonly message: string;
}

/** Every document that does not parse, does not fit the schema, or is past a limit whatever its variables are. */
export const faultsOfDocuments = (
  documents: readonly TrustedDocument[],
  schema: GraphQLSchema,
  { parseOptions, validationRules }: Pick<OperationLimits, 'parseOptions' | 'validationRules'>,
): readonly DocumentFault[] => {
  const errorsOf = (body: string): readonly GraphQLError[] => {
    try {
      return validate(schema, parse(body, parseOptions), [...specifiedRules, ...validationRules]);
    } catch (thrown) {
      if (thrown instanceof GraphQLError) return [thrown];
      throw thrown;
    }
  };
  return documents.flatMap(({ id, body }) => errorsOf(body).map(({ message }) => ({ id, message })));
};

/** Of the proposal for persisted documents: the way in which an id was made. Ours are of one kind, so it may be left out. */
const hashPrefix = /^sha256:/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * The id that an operation names: `documentId` as GraphQL over HTTP proposes
 * (https://github.com/graphql/graphql-over-http/blob/persisted-documents/spec/Appendix%20A%20--%20Persisted%20Documents.md),
 * or the hash of Apollo's clients.
 */
const idIn = ({ extensions, http }: GraphQLRequest): string | undefined => {
  const persisted: unknown = extensions?.persistedQuery;
  const named =
    http?.method === 'GET'
      ? new URLSearchParams(http.search).get('documentId')
      : isRecord(http?.body)
        ? http.body.documentId
        : undefined;
  const id = named ?? (isRecord(persisted) ? persisted.sha256Hash : undefined);
  return typeof id === 'string' ? id : undefined;
};

/** What Apollo takes no error before: it stands for an operation that is refused, and does so in its place. */
const placeholder = '{ __typename }';

const refusals = {
  unknown: () =>
    new GraphQLError('No trusted document has this id', {
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' satisfies DocumentCode, http: { status: 400 } },
    }),
  free: () =>
    withHttpStatus(
      new InputError('Only documents that the operator of this gateway has listed are run: send the id of one'),
    ),
};

/** The text that a request may run, or the error that refuses it. */
export type TrustedText<TContext> = (request: GraphQLRequest, context: TContext) => string | GraphQLError;

/**
 * Documents of the list and no other: named by id or hash, or sent as the very same text. Where there is a text, it decides, and an id
 * beside it does not matter. Who `mayAskFreely` may send any text.
 */
export const createTrustedText = <TContext>(
  documents: readonly TrustedDocument[],
  mayAskFreely: (context: TContext) => boolean,
): TrustedText<TContext> => {
  const bodies = new Map(documents.flatMap(({ id, sha256, body }) => [[id, body] as const, [sha256, body] as const]));
  const texts = new Set(documents.map(({ body }) => body));
  return (request, context) => {
    if (request.query) return texts.has(request.query) || mayAskFreely(context) ? request.query : refusals.free();
    const id = idIn(request);
    if (id === undefined) return refusals.free();
    return bodies.get(id) ?? bodies.get(id.replace(hashPrefix, '')) ?? refusals.unknown();
  };
};

/** Runs trusted texts alone. What else a caller sends is not even parsed. */
export const trustedDocumentsPlugin = <TContext extends object>(
  textFor: TrustedText<TContext>,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async ({ request, contextValue }) => {
    const text = textFor(request, contextValue);
    const { persistedQuery: _, ...extensions } = request.extensions ?? {};
    request.extensions = extensions;
    request.query = typeof text === 'string' ? text : placeholder;
    if (typeof text === 'string') return;
    return {
      didResolveOperation: async () => {
        throw text;
      },
    };
  },
});
