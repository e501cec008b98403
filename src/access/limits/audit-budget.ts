import { GatewayError } from '../../errors.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import type { Caller } from '../caller.ts';
import { createRate } from './rate.ts';
import { shareKeyOf } from './share-key.ts';

/** Keeps one caller from filling the log. */
export interface AuditBudget {
  /**
   * Counts bytes that a caller's mutation is about to write, with all replicas together. Throws `RATE_LIMITED` when they are
   * more than the caller may write in a minute; then nothing is done. One mutation alone is never too large.
   */
  spend(
    actor: { readonly callerId: string; readonly callerKind: Caller['kind']; readonly remoteAddress: string | null },
    bytes: number,
  ): Promise<void>;
}

/** `bytesPerMinute` 0: no limit. */
export const createAuditBudget = ({
  store,
  bytesPerMinute,
}: {
  readonly store: Pick<Store, 'space'>;
  readonly bytesPerMinute: number;
}): AuditBudget => {
  const rate = createRate(store.space('audit-budget', namespaces['audit-budget']));
  return {
    spend: async ({ callerId, callerKind, remoteAddress }, bytes) => {
      if (bytesPerMinute === 0) return;
      const key = shareKeyOf({ kind: callerKind, id: callerId }, remoteAddress ?? '');
      const { waitMs } = await rate.take(key, bytesPerMinute, Math.min(bytes, bytesPerMinute));
      if (waitMs === 0) return;
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
      throw new GatewayError(
        'RATE_LIMITED',
        `More than ${bytesPerMinute} bytes for the audit log in a minute, so nothing was done: try again in ${retryAfterSeconds} s`,
        { retryAfterSeconds, sent: 'no' },
      );
    },
  };
};

/** For who has no limit. */
export const noAuditBudget: AuditBudget = { spend: async () => {} };
