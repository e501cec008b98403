import { type Clock, systemClock } from '../../src/clock.ts';
import { createQuotas, type Quotas } from '../../src/upstream/http/quotas.ts';

/** Quotas that each process keeps by itself, as when the store does not answer. */
export const ownQuotas = (
  clock: Clock = systemClock,
  options: { readonly stopping?: AbortSignal; readonly isKept?: boolean } = {},
): Quotas =>
  createQuotas({
    space: { take: async () => undefined, look: async () => undefined, hold: async () => {}, renew: async () => {} },
    clock,
    maxWaitMs: 3_600_000,
    ...options,
  });
