import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { type GraphQLSchema, printSchema } from 'graphql';
import { AccessError } from '../errors.ts';
import type { Soon } from '../soon.ts';

/** Where tools that cannot introspect read the schema. */
export const schemaPath = '/schema.graphql';

/** Who may read the schema's text, and the signal that ends its work. */
export interface SchemaTextDeps<TContext> {
  readonly schema: GraphQLSchema;
  readonly contextOf: (request: Request, signal: AbortSignal) => Soon<TContext>;
  readonly mayRead: (context: TContext) => boolean;
  readonly signalOf: (response: ServerResponse) => AbortSignal;
}

/** Answers with the schema as SDL. Throws `FORBIDDEN` to callers who could not introspect it either. */
export const schemaText = <TContext>(deps: SchemaTextDeps<TContext>): RequestHandler => {
  const { schema, contextOf, mayRead, signalOf } = deps;
  let printed: string | undefined;
  return async (request, response) => {
    const context = await contextOf(request, signalOf(response));
    if (!mayRead(context)) {
      throw new AccessError(
        'FORBIDDEN',
        'The schema is not shown: it needs introspection and the permission "schema:read"',
      );
    }
    printed ??= `${printSchema(schema)}\n`;
    response.type('text/plain; charset=utf-8').send(printed);
  };
};
