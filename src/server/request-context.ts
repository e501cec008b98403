import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { Request, Response } from 'express';
import { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';
import { requestSignal } from './deadline.ts';
import { challengeOf, statusOf } from './http-status.ts';

/** Headers of the caller that may steer a request. Credentials are not among them: they end at `authenticate`. */
export const passedHeaders = ['cache-control', 'traceparent', 'user-agent', 'x-gateway-explain'] as const;
export type PassedHeader = (typeof passedHeaders)[number];

/** All that the server knows of a request when its context is made. */
export interface ContextInput<TCaller> {
  readonly caller: TCaller;
  readonly requestId: string;
  readonly headers: Readonly<Partial<Record<PassedHeader, string>>>;
  /** Address of the socket's other end, for the audit. */
  readonly remoteAddress: string | undefined;
  /** Fires at the deadline or when the caller leaves. */
  readonly signal: AbortSignal;
}

export interface RequestContextDeps<TCaller, TContext> {
  /** Who calls, by the headers; throws `AccessError` when that cannot be told. */
  authenticate(headers: IncomingHttpHeaders): Promise<TCaller>;
  createContext(input: ContextInput<TCaller>): TContext | Promise<TContext>;
  readonly requestTimeoutMs: number;
  readonly requestId: () => string | undefined;
}

/** The context function of Apollo's Express middleware: authentication, then the deadline, then our context. */
export const createRequestContext =
  <TCaller, TContext>(deps: RequestContextDeps<TCaller, TContext>) =>
  async ({ req, res }: { readonly req: Request; readonly res: Response }): Promise<TContext> => {
    try {
      const signal = requestSignal(res, deps.requestTimeoutMs);
      const caller = await deps.authenticate(req.headers);
      return await deps.createContext({
        caller,
        requestId: deps.requestId() ?? randomUUID(),
        headers: passedHeadersOf(req.headers),
        remoteAddress: req.socket.remoteAddress,
        signal,
      });
    } catch (thrown) {
      throw thrown instanceof GatewayError ? withHttpStatus(thrown) : thrown;
    }
  };

const passedHeadersOf = (headers: IncomingHttpHeaders): Partial<Record<PassedHeader, string>> =>
  Object.fromEntries(
    passedHeaders.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Before execution an error decides the HTTP status too; Apollo reads it from `extensions.http` and removes it. */
export const withHttpStatus = (error: GatewayError): GraphQLError => {
  const challenge = challengeOf(error);
  const headers = new HeaderMap(challenge === undefined ? [] : [['www-authenticate', challenge]]);
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: statusOf(error.code), headers } },
  });
};
