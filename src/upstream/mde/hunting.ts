import { hunting } from '../../microsoft/mde/hunting.ts';
import { hunt } from '../call.ts';

/** Runs KQL over the endpoint tables, 30 days back. This API is being retired in favour of Graph's. */
export const runAdvancedQuery = (query: string) => hunt(hunting.runAdvancedQuery, {}, { Query: query });
