import type { GraphQLError } from 'graphql';

/**
 * Whether the parser gave up because of `maxTokens`. graphql-js marks it by its message alone; a test holds us to the
 * wording of the version in use.
 */
export const isTokenLimitError = (error: GraphQLError): boolean =>
  /^Syntax Error: Document contains more th(?:at|an) \d+ tokens\. Parsing aborted\.$/.test(error.message);
