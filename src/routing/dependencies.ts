import type { Clock } from '../clock.ts';
import type { Send } from '../upstream/http/send.ts';
import type { Learned } from './learned.ts';
import type { Routing } from './route.ts';

/** What every subject of routing is built from. */
export interface RoutingDependencies {
  readonly routing: Routing;
  readonly send: Send;
  readonly clock: Clock;
  readonly learned: Learned;
}
