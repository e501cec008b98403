import type { CallScope } from '../scope.ts';
import type { ActionEnd, Audited, AuditedTarget, AuditTrail } from './audit-trail.ts';

/** To be called once, at the end, with what became of each. Never rejects. */
export type OwnEnded<Place> = (endOf: (place: Place) => ActionEnd) => Promise<void>;

/**
 * Records of what the gateway does itself, so that no journal is needed to find it again: content that is given to callers, steps of
 * approvals.
 */
export const createOwnRecords = (auditTrail: AuditTrail) => {
  const underWay = new Set<Promise<void>>();
  return {
    /**
     * Writes all at once: either every place has its record, or none has one that is never ended. Throws `INTERNAL` when it cannot
     * be written and `RATE_LIMITED` when the caller has written too much: then nothing may be done.
     */
    begin: async <Place extends Pick<AuditedTarget, 'target' | 'tenant' | 'tenantId'>>(
      audited: Omit<Audited, 'approved'>,
      places: readonly Place[],
      scope: CallScope,
    ): Promise<OwnEnded<Place>> => {
      const actions = await auditTrail.begin(
        { ...audited, approved: null },
        places,
        (place) => ({ ...place, refusal: null, subject: null }),
        scope,
      );
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.add(promise);
      return async (endOf) => {
        await Promise.all(actions.map(({ item, action }) => action.end(endOf(item))));
        underWay.delete(promise);
        resolve();
      };
    },
    /** Resolves when all that was begun has ended. */
    settled: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
};

export type OwnRecords = ReturnType<typeof createOwnRecords>;
