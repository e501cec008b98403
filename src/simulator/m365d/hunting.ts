import { m365d } from '../../microsoft/m365d/index.ts';
import { objectBody, requiredText } from '../defender/body.ts';
import { queryResponse, type RunKql } from '../defender/hunting.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';

/** Seconds and counts as api-advanced-hunting.md prints them; one key of `cpu` has a blank in it. */
function statsOf(rowCount: number, bytes: number) {
  return {
    ExecutionTime: 0.01 + rowCount / 100_000,
    resource_usage: {
      cache: { memory: { hits: rowCount, misses: 0, total: rowCount }, disk: { hits: 0, misses: 0, total: 0 } },
      cpu: { user: '00:00:00.0100000', kernel: '00:00:00', 'total cpu': '00:00:00.0100000' },
      memory: { peak_per_node: 16_777_312 },
    },
    dataset_statistics: [{ table_row_count: rowCount, table_size: bytes }],
  };
}

/** Advanced hunting over all tables (api-advanced-hunting.md): at least 45 calls a minute. */
export function huntingRoutes({ runKql }: { readonly runKql: RunKql }): readonly Route[] {
  return [
    serve(m365d.runAdvancedHunting, (request) => {
      const query = requiredText(objectBody(request.body), 'Query');
      const { Schema, Results } = queryResponse(runKql(request.tenant, query, request.now));
      return { status: 200, body: { Stats: statsOf(Results.length, Results.length * 256), Schema, Results } };
    }),
  ];
}
