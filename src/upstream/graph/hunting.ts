import type { HuntTable } from '../../domain/hunt.ts';
import type { Operation } from '../http/operation.ts';
import { readHuntTable } from '../hunt-table.ts';

/**
 * Runs KQL over all Defender tables. `timespan` is ISO 8601, one of `start/end`, `duration/end`, `start/duration`, a duration
 * back from now, a start until now; without it 30 days. At least 45 calls a minute, shared by the whole tenant.
 * security-security-runhuntingquery.md
 * Permission: `ThreatHunting.Read.All`.
 */
export const runHuntingQuery = (query: string, timespan?: string): Operation<HuntTable> => ({
  id: 'graph.hunting.run',
  api: 'graph',
  method: 'POST',
  path: '/v1.0/security/runHuntingQuery',
  body: timespan === undefined ? { Query: query } : { Query: query, Timespan: timespan },
  repeatable: true,
  permissions: ['ThreatHunting.Read.All'],
  pace: 'hunting',
  rejectsInput: true,
  parse: readHuntTable,
});
