import type { ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import { type Answer, sendAnswer } from './answer.ts';
import type { Handler, HttpRequest } from './chain.ts';
import type { Refusals } from './cost-plugin.ts';
import type { ShortWay } from './short-way/short-way.ts';
import { createVerbatimLists, type Verbatim } from './verbatim.ts';

/** The two ways of a request for the graph, once it was let in and its body is read. */
export interface GraphqlDeps<TContext extends object> {
  readonly apollo: Pick<ApolloServer<TContext>, 'executeHTTPGraphQLRequest'>;
  /** The context of the operations of a request. Throws what refuses it. */
  readonly contextOf: (request: HttpRequest, response: ServerResponse, verbatim: Verbatim) => Promise<TContext>;
  /** Absent: all go the whole way. */
  readonly shortWay?: ShortWay<TContext> | undefined;
  /** Told of each answer of Apollo's. */
  readonly onAnswered: (accept: string | undefined, status: number, contentType: string | undefined) => void;
  readonly refusals: Refusals;
}

/** A request as Apollo takes it, whatever the server is. */
const requestOf = ({ method = '', headers, url = '', body }: HttpRequest): HTTPGraphQLRequest => {
  const named = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) named.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return { method: method.toUpperCase(), headers: named, search: /\?[^#]*/.exec(url)?.[0] ?? '', body };
};

/** Answers a request for the graph: on the short way where that is known to come to the same, else through Apollo. */
export const graphqlHandler = <TContext extends object>(deps: GraphqlDeps<TContext>): Handler => {
  const { apollo, contextOf, shortWay, onAnswered, refusals } = deps;

  const wholeWay = async (
    request: HttpRequest,
    context: () => Promise<TContext>,
    refused: { readonly thrown: unknown } | null,
  ): Promise<Answer> => {
    const httpGraphQLRequest = requestOf(request);
    if (refused !== null) refusals.set(httpGraphQLRequest, refused);
    const { status = 200, headers, body } = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
    if (body.kind !== 'complete') throw new Error('The executor answers whole, and Apollo has an answer in parts');
    onAnswered(request.headers.accept, status, headers.get('content-type'));
    return { status, headers, text: body.string };
  };

  return async (request, response) => {
    const lists = createVerbatimLists();
    let made: Promise<TContext> | undefined;
    // A request is counted once, whichever way it goes.
    const context = (): Promise<TContext> => {
      made ??= contextOf(request, response, lists.put);
      return made;
    };
    const quick = (await shortWay?.(request, context)) ?? null;
    const answer = quick === null || 'thrown' in quick ? await wholeWay(request, context, quick) : quick;
    sendAnswer(request, response, answer, lists);
  };
};
