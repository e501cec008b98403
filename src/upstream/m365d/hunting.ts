import type { HuntTable } from '../../domain/hunt.ts';
import type { Operation } from '../http/operation.ts';
import { readHuntTable } from '../hunt-table.ts';

/**
 * Runs KQL over all Defender tables, 30 days back; at least 45 calls a minute. This API is being retired in favour of Graph's.
 * api-advanced-hunting.md
 * Permission: `AdvancedHunting.Read.All`.
 */
export const runAdvancedHunting = (query: string): Operation<HuntTable> => ({
  id: 'm365d.runAdvancedHunting',
  api: 'm365d',
  method: 'POST',
  path: '/api/advancedhunting/run',
  body: { Query: query },
  repeatable: true,
  permissions: ['AdvancedHunting.Read.All'],
  pace: 'hunting',
  rejectsInput: true,
  parse: readHuntTable,
});
