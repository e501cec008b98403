import { operations, post } from '../operation.ts';

/** Advanced hunting over all Defender tables; being retired in favour of Graph’s. */
export const hunting = operations('m365d', {
  /** Run a KQL query over the last 30 days. */
  runAdvancedHunting: post('/api/advancedhunting/run', {
    any: ['AdvancedHunting.Read.All'],
    quota: { perMinute: 45, perHour: null },
    repeatable: true,
    hunting: true,
    body: { Query: 'needed' },
    doc: 'api-advanced-hunting.md',
  }),
});
