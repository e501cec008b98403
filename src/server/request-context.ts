import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';
import { type Soon, whenThere } from '../soon.ts';
import type { Admission } from './admission.ts';
import type { HttpRequest } from './chain.ts';
import { headersOf, statusOf } from './http-status.ts';
import { type PassedHeader, passedHeadersOf } from './passed-headers.ts';
import type { Verbatim } from './verbatim.ts';

/** All that the server knows of a request when its context is made. */
export interface ContextInput<TCaller> {
  readonly caller: TCaller;
  readonly requestId: string;
  readonly headers: Readonly<Partial<Record<PassedHeader, string>>>;
  /** The caller's address, for the audit. */
  readonly remoteAddress: string;
  /** Fires at the deadline or when the caller leaves. */
  readonly signal: AbortSignal;
  /** Whether it is an export, which may take longer. */
  readonly isExport?: boolean;
  /** Puts the text of a list into the answer as it is. */
  readonly verbatim?: Verbatim | undefined;
}

/** How a request is let in, and what its context is made by. */
export interface RequestContextDeps<TCaller, TContext> {
  /** Lets the request in, or throws. */
  readonly admit: Admission<TCaller>['admit'];
  createContext(input: ContextInput<TCaller>): Soon<TContext>;
  readonly requestId: () => string | undefined;
}

/** The context of a request: admission, then our context, under a signal that ends its work. */
export const createContextOf =
  <TCaller, TContext>({ admit, createContext, requestId }: RequestContextDeps<TCaller, TContext>) =>
  (request: HttpRequest, signal: AbortSignal, verbatim?: Verbatim): Soon<TContext> =>
    whenThere(admit(request), ({ caller, remoteAddress }) =>
      createContext({
        ...{ caller, remoteAddress, signal, verbatim },
        requestId: requestId() ?? randomUUID(),
        headers: passedHeadersOf(request.headers),
      }),
    );

/**
 * The context of operations: the same with the deadline of a request. `onClosed` is called when its answer was sent, or its connection
 * is gone: once for all operations of a batch.
 */
export const createRequestContext =
  <TContext>(
    contextOf: (request: HttpRequest, signal: AbortSignal, verbatim: Verbatim) => Soon<TContext>,
    signalOf: (response: ServerResponse) => AbortSignal,
    onClosed: (context: TContext) => void = () => {},
  ) =>
  async (request: HttpRequest, response: ServerResponse, verbatim: Verbatim): Promise<TContext> => {
    try {
      const made = contextOf(request, signalOf(response), verbatim);
      const context = made instanceof Promise ? await made : made;
      if (response.closed) onClosed(context);
      else response.once('close', () => onClosed(context));
      return context;
    } catch (thrown) {
      throw thrown instanceof GatewayError ? withHttpStatus(thrown) : thrown;
    }
  };

/** Before execution an error decides the HTTP status too; Apollo reads it from `extensions.http` and removes it. */
export const withHttpStatus = (error: GatewayError): GraphQLError =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: statusOf(error.code), headers: new HeaderMap(headersOf(error)) } },
  });
