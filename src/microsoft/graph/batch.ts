import { operations, post } from '../operation.ts';

/** Many requests in one. */
export const batch = operations('graph', {
  /** Send up to 20 requests, here reads alone; what is needed is what its parts need. */
  batch: post('/v1.0/$batch', { any: [], repeatable: true, body: { requests: 'needed' }, doc: 'json-batching.md' }),
});
