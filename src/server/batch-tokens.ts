import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { isRecord } from '../domain/records.ts';
import { GatewayError } from '../errors.ts';

/** Lexical tokens of a document, counted as far as `most`; one that is broken counts as far as it can be read. */
const tokensOf = (text: string, most: number): number => {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  try {
    while (count <= most && lexer.advance().kind !== TokenKind.EOF) count += 1;
  } catch (thrown) {
    if (!(thrown instanceof GraphQLError)) throw thrown;
  }
  return count;
};

/**
 * Holds the documents of a batch together to the limit of tokens, before any of them is parsed: that of one document alone is the
 * parser's. Throws `QUERY_TOO_EXPENSIVE`.
 */
export const checkBatchTokens = (body: unknown, most: number): void => {
  if (!Array.isArray(body)) return;
  let count = 0;
  for (const operation of body) {
    const text: unknown = isRecord(operation) ? operation.query : undefined;
    if (typeof text !== 'string') continue;
    count += tokensOf(text, most - count);
    if (count > most) {
      throw new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        `The documents of the request have more than ${most} tokens together (limits.tokens): send fewer operations at once`,
        { sent: 'no' },
      );
    }
  }
};
