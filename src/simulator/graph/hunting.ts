import { graph } from '../../microsoft/graph/index.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { TenantWorld } from '../world/types.ts';
import { GraphFault } from './fault.ts';
import { wireRow } from './hunting-wire.ts';
import { contextOf, published } from './route.ts';
import { parseTimespan, type Timespan } from './timespan.ts';
import { type Body, objectBody } from './update.ts';

/** Runs KQL over the estate; a refused query throws a KqlFault. Types are .NET's names. */
export type RunKql = (
  world: TenantWorld,
  kql: string,
  now: Date,
  options?: { readonly timespan?: Timespan },
) => {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
};

/** The documents write `Query` and `Timespan`, the metadata `query` and `timespan`: both are taken. */
function textOf(body: Body, pascal: string, camel: string): string | null {
  const value = body[pascal] ?? body[camel];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new GraphFault('BadRequest', `The parameter '${pascal}' is not text.`);
  return value;
}

function run(request: SimRequest, runKql: RunKql): ReturnType<RunKql> {
  const body = objectBody(request.body);
  const query = textOf(body, 'Query', 'query');
  if (query === null || query.trim() === '') throw new GraphFault('BadRequest', "The parameter 'Query' is required.");
  const timespan = textOf(body, 'Timespan', 'timespan');
  const options = timespan === null ? {} : { timespan: parseTimespan(timespan, request.now) };
  return runKql(request.tenant, query, request.now, options);
}

/** Advanced hunting. https://learn.microsoft.com/graph/api/security-security-runhuntingquery */
export function huntingRoutes(runKql: RunKql): readonly Route[] {
  return published(
    serve(graph.runHuntingQuery, (request) => {
      const { columns, rows } = run(request, runKql);
      return {
        status: 200,
        body: {
          '@odata.context': contextOf(request, 'microsoft.graph.security.huntingQueryResults'),
          schema: columns,
          results: rows.map((row) => wireRow(row, columns)),
        },
      };
    }),
  );
}
