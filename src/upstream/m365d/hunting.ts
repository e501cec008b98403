import { hunting } from '../../microsoft/m365d/hunting.ts';
import { hunt } from '../call.ts';

/** Runs KQL over all Defender tables, 30 days back. This API is being retired in favour of Graph's. */
export const runAdvancedHunting = (query: string) => hunt(hunting.runAdvancedHunting, {}, { Query: query });
