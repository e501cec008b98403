import { operations, post } from '../operation.ts';

/** Advanced hunting over all Defender tables. */
export const hunting = operations('graph', {
  /** Run a KQL query over the last 30 days; 45 calls a minute at least, shared by the whole tenant. */
  runHuntingQuery: post('/v1.0/security/runHuntingQuery', {
    id: 'hunting.run',
    any: ['ThreatHunting.Read.All'],
    quota: { perMinute: 45, perHour: null },
    repeatable: true,
    hunting: true,
    body: { Query: 'needed', Timespan: 'optional' },
    doc: 'security-security-runhuntingquery.md',
  }),
});
