import { operations, post } from '../operation.ts';

/** Advanced hunting over the endpoint tables; being retired in favour of Graph’s. */
export const hunting = operations('mde', {
  /** Run a KQL query on endpoint tables. */
  runAdvancedQuery: post('/api/advancedqueries/run', {
    any: ['AdvancedQuery.Read.All'],
    quota: { perMinute: 45, perHour: 1500 },
    repeatable: true,
    hunting: true,
    body: { Query: 'needed' },
    doc: 'run-advanced-query-api.md',
  }),
});
