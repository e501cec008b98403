import { hunting } from '../../microsoft/graph/hunting.ts';
import { hunt } from '../call.ts';

/**
 * Runs KQL over all Defender tables. `timespan` is ISO 8601, one of `start/end`, `duration/end`, `start/duration`, a duration
 * back from now, a start until now; without it 30 days.
 */
export const runHuntingQuery = (query: string, timespan?: string) =>
  hunt(hunting.runHuntingQuery, {}, timespan === undefined ? { Query: query } : { Query: query, Timespan: timespan });
