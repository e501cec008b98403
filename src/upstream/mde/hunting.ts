import type { HuntTable } from '../../domain/hunt.ts';
import type { Operation } from '../http/operation.ts';
import { readHuntTable } from '../hunt-table.ts';

/**
 * Runs KQL over the endpoint tables, 30 days back; 45 calls a minute. This API is being retired in favour of Graph's.
 * run-advanced-query-api.md
 * Permission: `AdvancedQuery.Read.All`.
 */
export const runAdvancedQuery = (query: string): Operation<HuntTable> => ({
  id: 'mde.runAdvancedQuery',
  api: 'mde',
  method: 'POST',
  path: '/api/advancedqueries/run',
  body: { Query: query },
  repeatable: true,
  permissions: ['AdvancedQuery.Read.All'],
  pace: 'hunting',
  rejectsInput: true,
  parse: readHuntTable,
});
