import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import type { OperationLimits } from '../../access/limits.ts';

/** Texts that are kept, and their characters together: parsed they take some thirty times as much, and Apollo keeps most of them too. */
const most = { texts: 500, characters: 200_000 } as const;

/** Documents by their text that Apollo has parsed, validated and answered well. What is in them is no caller's. */
export interface KnownDocuments {
  /** Undefined: Apollo has to look at it. */
  documentOf(text: string): DocumentNode | undefined;
  learn(text: string, document: DocumentNode): void;
}

/** No document is known yet; beyond a bound the one that was asked for longest ago is forgotten. */
export const createKnownDocuments = (): KnownDocuments => {
  // In the order in which they were asked for.
  const documents = new Map<string, DocumentNode>();
  let characters = 0;

  const forget = (text: string): void => {
    if (documents.delete(text)) characters -= text.length;
  };

  return {
    documentOf: (text) => {
      const document = documents.get(text);
      if (document === undefined) return undefined;
      documents.delete(text);
      documents.set(text, document);
      return document;
    },
    learn: (text, document) => {
      forget(text);
      if (text.length > most.characters) return;
      documents.set(text, document);
      characters += text.length;
      for (const [oldest] of documents) {
        if (documents.size <= most.texts && characters <= most.characters) return;
        forget(oldest);
      }
    },
  };
};

/**
 * Notes each document that Apollo answered without an error, and that does not read the schema: who may read that is judged anew for
 * each caller.
 */
export const learningPlugin = <TContext extends object>(
  known: Pick<KnownDocuments, 'learn'>,
  { readsSchema }: Pick<OperationLimits, 'readsSchema'>,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ source, document, operation, response: { body } }) => {
      if (source === undefined || document === undefined || operation?.operation !== 'query') return;
      if (body.kind !== 'single' || body.singleResult.errors !== undefined || body.singleResult.data == null) return;
      if (!readsSchema(document)) known.learn(source, document);
    },
  }),
});

/** Looks at each text at once, as Apollo does: for tests of the short way, which else begins with the second request. */
export const eagerDocuments = (
  known: KnownDocuments,
  schema: GraphQLSchema,
  { parseOptions, validationRules, readsSchema }: OperationLimits,
): KnownDocuments => ({
  learn: known.learn,
  documentOf: (text) => {
    const there = known.documentOf(text);
    if (there !== undefined) return there;
    const document = parse(text, parseOptions);
    const faults = validate(schema, document, [...specifiedRules, ...validationRules]);
    if (faults.length > 0 || readsSchema(document)) return undefined;
    known.learn(text, document);
    return document;
  },
});
