import type { IncomingMessage } from 'node:http';
import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import { free, type OperationLimits, type Price } from '../../access/limits.ts';
import type { Answer } from '../answer.ts';
import type { Charge } from '../charge.ts';
import type { ErrorFormat } from '../error-format.ts';
import type { Planned, Prepared } from '../execution/executor.ts';
import type { AnsweredOperation } from '../operation-plugins.ts';
import { illFormedAt } from '../well-formed.ts';
import type { KnownDocuments } from './known.ts';
import { type Question, questionIn } from './question.ts';

/** The steps of an operation, which are those that the plugins of Apollo take. */
export interface ShortWayDeps<TContext> {
  readonly endpoint: string;
  readonly documents: Pick<KnownDocuments, 'documentOf'>;
  /** The media type of answers to who accepts so; undefined: Apollo has to choose it. */
  readonly contentTypeOf: (accept: string | undefined) => string | undefined;
  readonly prepare: Planned['prepare'];
  /** Whether the caller may have this text run. */
  readonly isTrusted: (query: string, context: TContext) => boolean;
  readonly limits: Pick<OperationLimits, 'priceOf' | 'checkPrice'>;
  readonly tenantsOf: (context: TContext) => number;
  readonly isPlan: (context: TContext) => boolean;
  readonly charge: Charge<TContext>;
  readonly formatError: ErrorFormat;
  readonly toldErrors: (context: TContext) => readonly GraphQLFormattedError[];
  readonly responseExtensions: (context: TContext, price: Price) => Readonly<Record<string, unknown>> | undefined;
  readonly ageOf: (context: TContext) => number | null;
  readonly record: (answered: AnsweredOperation<TContext>) => void;
}

/** What refused an operation that was charged: it is told on the whole way, and not charged again. */
export interface Refused {
  readonly thrown: unknown;
}

/**
 * Answers a plain request for a document that Apollo has answered before. Null: it goes the whole way, where it is looked at from its
 * beginning; nothing was taken and nothing was done for it but its context, which it keeps.
 */
export type ShortWay<TContext> = (
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly body?: unknown },
  contextOf: () => Promise<TContext>,
) => Promise<Answer | Refused | null>;

/** An operation that Apollo would run. */
interface Admissible<TContext> {
  readonly context: TContext;
  readonly prepared: Prepared;
  readonly price: Price;
  readonly startedMs: number;
}

/** The way past Apollo's pipeline. What it does not know, doubts or would refuse it leaves to Apollo, which alone refuses. */
export const createShortWay = <TContext>(deps: ShortWayDeps<TContext>): ShortWay<TContext> => {
  const { documents, prepare, limits, charge, formatError, toldErrors, record } = deps;

  /** All that is looked at before anything is taken. Throws or is null where Apollo would refuse, or may. */
  const admissible = (
    { query, operationName, variables }: Question,
    document: DocumentNode,
    context: TContext,
  ): Admissible<TContext> | null => {
    const startedMs = performance.now();
    if (!deps.isTrusted(query, context) || deps.isPlan(context)) return null;
    if (variables !== null && illFormedAt(variables) !== undefined) return null;
    const asked = { document, operationName, variables };
    const prepared = prepare(asked);
    if (prepared === null) return null;
    const price = limits.priceOf({ ...asked, coerced: prepared.variables, tenants: deps.tenantsOf(context) });
    limits.checkPrice(price, free);
    return { context, prepared, price, startedMs };
  };

  const answered = async (
    { context, prepared, price, startedMs }: Admissible<TContext>,
    contentType: string,
  ): Promise<Answer> => {
    let end = (): void => {};
    let result: Awaited<ReturnType<Prepared['run']>>;
    try {
      const charged = charge(prepared.operation.operation, price, context, (begun) => {
        end = begun;
      });
      if (charged instanceof Promise) await charged;
      result = await prepared.run(context);
    } finally {
      end();
    }
    const told = toldErrors(context);
    const failed = (result.errors ?? []).map((error) => formatError(error.toJSON(), error));
    const errors = result.errors === undefined && told.length === 0 ? undefined : [...failed, ...told];
    const extensions = deps.responseExtensions(context, price);
    const age = deps.ageOf(context);
    record({ type: 'query', operationName: prepared.operation.name?.value, errors, context, startedMs });
    return {
      status: 200,
      headers: [...(age === null ? [] : [['age', String(age)] as const]), ['content-type', contentType]],
      text: `${JSON.stringify({ errors, data: result.data, extensions })}\n`,
    };
  };

  return async (request, contextOf) => {
    const question = questionIn(request, request.body, deps.endpoint);
    const contentType = deps.contentTypeOf(request.headers.accept);
    if (question === null || contentType === undefined) return null;
    let found: Admissible<TContext> | null = null;
    try {
      const document = documents.documentOf(question.query);
      found = document === undefined ? null : admissible(question, document, await contextOf());
    } catch {
      // The whole way finds the same fault, and words it.
    }
    if (found === null) return null;
    try {
      return await answered(found, contentType);
    } catch (thrown) {
      return { thrown };
    }
  };
};
