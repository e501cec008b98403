import { operations, post } from '../operation.ts';

/** Advanced hunting over the endpoint tables; being retired in favour of Graph’s. */
export const hunting = operations('mde', {
  /** Run a KQL query on endpoint tables; 10 minutes of run time an hour, 3 hours a day. */
  runAdvancedQuery: post('/api/advancedqueries/run', {
    any: ['AdvancedQuery.Read.All'],
    quota: { perMinute: 45, perHour: 1500, runSecondsPerHour: 600, runSecondsPerDay: 10_800 },
    repeatable: true,
    hunting: true,
    body: { Query: 'needed' },
    doc: 'run-advanced-query-api.md',
  }),
});
