import type { Clock } from '../clock.ts';
import type { Quotas } from '../upstream/http/quotas.ts';
import type { Send } from '../upstream/http/send.ts';
import type { Learned } from './learned.ts';
import type { Routing } from './route.ts';

/** What every subject of routing is built from. */
export interface RoutingDependencies {
  readonly routing: Routing;
  readonly send: Send;
  readonly clock: Clock;
  readonly learned: Learned;
  /** Microsoft's quotas: parts of batches are counted alone, which the call of their batch does not show. */
  readonly quotas: Quotas;
  /** Fires when the gateway stops: then nobody waits long. */
  readonly stopping: AbortSignal;
}
