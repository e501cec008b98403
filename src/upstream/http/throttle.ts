import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';
import type { Policy } from './call.ts';
import { ThrottledError } from './failure.ts';
import type { Quotas } from './quotas.ts';

interface ThrottledParts {
  readonly quotas: Pick<Quotas, 'take' | 'hold' | 'answered'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Pick<Metrics, 'quotaWait'>;
}

/** Whether Microsoft may have begun with what failed: what was throttled or never sent took none of its time. */
const hasRun = (thrown: unknown): boolean => {
  if (thrown instanceof ThrottledError) return false;
  const { sent, upstreamStatus } = thrown instanceof GatewayError ? thrown.details : {};
  return sent !== 'no' || upstreamStatus !== undefined;
};

/** Takes each call from its quota, and keeps the quota from all when Microsoft wants no more calls. */
export const throttled =
  ({ quotas, metrics, clock }: ThrottledParts): Policy =>
  async (call, next) => {
    const { tenant, operation, scope } = call;
    const waitedMs = await quotas.take(tenant, operation, scope).catch((thrown: unknown) => {
      if (thrown instanceof GatewayError) metrics.quotaWait({ api: operation.api, outcome: thrown.code, seconds: 0 });
      throw thrown;
    });
    if (waitedMs > 0) metrics.quotaWait({ api: operation.api, outcome: 'OK', seconds: waitedMs / 1000 });
    const takenAtMs = clock.now();
    let ran = true;
    try {
      return await next({ ...call, waitedMs });
    } catch (thrown) {
      ran = hasRun(thrown);
      if (thrown instanceof ThrottledError && thrown.said !== 'remembered')
        await quotas.hold(tenant, operation, thrown.details.retryAfterSeconds ?? 0, thrown.said === 'header');
      throw thrown;
    } finally {
      quotas.answered(tenant, operation, clock.now() - takenAtMs, ran);
    }
  };
